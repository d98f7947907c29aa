import { expect, test } from 'vitest';
import { chooseSubnets, inspectSubnets } from './subnets.ts';

const USUAL = { pods: '10.244.0.0/16', services: '10.96.0.0/16' };

test.each([
  { network: 'none', routes: [], subnets: USUAL },
  { network: 'a home', routes: ['192.168.1.0/24', '172.17.0.0/16'], subnets: USUAL },
  { network: 'a VPN over 10.0.0.0/8', routes: ['10.0.0.0/8'], subnets: { pods: '100.124.0.0/16', services: '100.125.0.0/16' } },
  { network: 'a host of the company among the pods', routes: ['10.244.3.9/32'], subnets: { ...USUAL, pods: '100.124.0.0/16' } },
  {
    network: 'a VPN and a host of 100.64.0.0/10',
    routes: ['10.0.0.0/8', '100.125.7.0/24'],
    subnets: { pods: '100.124.0.0/16', services: '198.18.128.0/17' },
  },
])('with routes of $network, takes subnets that none of them meets', ({ routes, subnets }) => {
  expect(chooseSubnets({}, routes, {})).toEqual(subnets);
});

test('takes what is set whatever the routes are, a variable before the environment’s file, and keeps the other apart from it', () => {
  const declared = { pods: '10.1.0.0/20', services: '10.2.0.0/20' };
  expect(chooseSubnets(declared, ['10.0.0.0/8'], {})).toEqual(declared);
  expect(chooseSubnets(declared, [], { PLATFORM_POD_SUBNET: '10.3.0.0/20', PLATFORM_SERVICE_SUBNET: '' })).toEqual({
    ...declared,
    pods: '10.3.0.0/20',
  });
  expect(chooseSubnets({ services: '10.244.0.0/16' }, [], {}).pods).toBe('100.124.0.0/16');
  expect(chooseSubnets({ pods: '10.96.8.0/24' }, [], {}).services).toBe('100.125.0.0/16');
});

test.each(['10.0.0.0', '10.0.0.0/8', '10.0.0.0/25', 'fd00::/16', '10.0.0/16', '10.0.0.0/16,fd00::/64'])(
  'rejects %s as a subnet, by the variable',
  (value) => {
    expect(() => chooseSubnets({}, [], { PLATFORM_POD_SUBNET: value })).toThrow(
      'PLATFORM_POD_SUBNET is invalid: expected an IPv4 range from /12 to /24',
    );
    expect(() => chooseSubnets({ services: value }, [], {})).toThrow('subnets.services is invalid');
  },
);

test('rejects subnets that overlap, and names the variable where none is free', () => {
  expect(() => chooseSubnets({ pods: '10.0.0.0/12', services: '10.4.0.0/16' }, [], {})).toThrow('overlap: 10.0.0.0/12 and 10.4.0.0/16');
  const everywhere = ['10.0.0.0/8', '100.64.0.0/10', '198.18.0.0/15'];
  expect(() => chooseSubnets({ pods: '172.30.0.0/16' }, everywhere, {})).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('no addresses for services'),
      hint: expect.stringContaining('PLATFORM_SERVICE_SUBNET='),
    }),
  );
});

test('reports which routes of this machine pods do not reach', () => {
  expect(inspectSubnets(USUAL, ['192.168.1.0/24'])).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('pods 10.244.0.0/16, services 10.96.0.0/16'),
  });
  expect(inspectSubnets(USUAL, ['192.168.1.0/24', '10.96.7.0/24'])).toMatchObject({
    state: 'note',
    detail: expect.stringMatching(/route to 10\.96\.7\.0\/24 in them/),
  });
});
