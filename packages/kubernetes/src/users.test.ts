import { expect, test } from 'vitest';
import { ISTIO_USER, POD_USERS, serviceUsers, users } from './users.ts';

const many = Array.from({ length: 5_000 }, (_, index) => `service-${index}`);

test('no two services of a topology share a user, and none has one of the platform itself', () => {
  const numbers = [...serviceUsers('shop', many).values(), ...Object.values(users), ISTIO_USER];
  expect(new Set(numbers).size).toBe(many.length + Object.values(users).length + 1);
});

test('every number is one that no account of a host has, and that Kubernetes takes', () => {
  for (const number of [...serviceUsers('shop', many).values(), ...Object.values(users)]) {
    expect(number).toBeGreaterThanOrEqual(POD_USERS.first);
    expect(number).toBeLessThanOrEqual(POD_USERS.last);
  }
  expect(POD_USERS.first).toBeGreaterThan(2_000_200_000);
  expect(POD_USERS.last).toBeLessThan(2 ** 31);
});

test('a service keeps its user when others come and go, and has another one in another topology', () => {
  const only = serviceUsers('shop', ['web']).get('web');
  expect(serviceUsers('shop', ['api', 'web', 'zoo']).get('web')).toBe(only);
  expect(serviceUsers('fork', ['web']).get('web')).not.toBe(only);
});
