import { ISTIO_USER, POD_USERS, users } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { accountCollisions } from './host-accounts.ts';

const passwd = (name: string, user: number) => `root:x:0:0:root:/root:/bin/sh\n${name}:x:${user}:${user}::/home/${name}:/bin/sh\n`;

test.each([
  ['the first login user', passwd('ada', 1000), 'ada:100000:65536\n'],
  ['a system account', passwd('postgres', 999), ''],
  ['an account of a directory', passwd('ada', 2_000_199_999), ''],
  ['accounts with many subordinate numbers', passwd('ada', 1000), 'ada:524288:1878523904\n'],
])('%s has no user number of a pod', (_, accounts, subordinate) => {
  expect(accountCollisions(accounts, subordinate)).toEqual([]);
});

test.each([
  [ISTIO_USER, 'the proxies and istiod'],
  [users.postgres, 'Postgres'],
  [POD_USERS.last, 'a service'],
])('names an account with user number %i', (user, whose) => {
  expect(accountCollisions(passwd('ada', user), '')).toEqual([`account ada has user number ${user} of ${whose}`]);
});

test('names an account that may use numbers of the pods in a user namespace', () => {
  const [finding, ...more] = accountCollisions('', `ada:${POD_USERS.first - 10}:11\nbob:${POD_USERS.first - 10}:10\n`);
  expect(finding).toMatch(/^account ada may use user numbers/);
  expect(more).toEqual([]);
});
