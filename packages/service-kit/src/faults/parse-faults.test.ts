import { expect, test } from 'vitest';
import { MalformedFault, parseFaults } from './parse-faults.js';

test.each([
  ['core=unavailable', { kind: 'unavailable', delayMs: 0, fraction: 1 }],
  ['core=unavailable:0.3', { kind: 'unavailable', delayMs: 0, fraction: 0.3 }],
  ['core=unavailable:0', { kind: 'unavailable', delayMs: 0, fraction: 0 }],
  ['core=unavailable-after-commit:1.0', { kind: 'unavailable-after-commit', delayMs: 0, fraction: 1 }],
  ['core=crash', { kind: 'crash', delayMs: 0, fraction: 1 }],
  ['core=crash:0.5', { kind: 'crash', delayMs: 0, fraction: 0.5 }],
  ['core=delay:2s', { kind: 'delay', delayMs: 2000, fraction: 1 }],
  ['core=delay:250ms:0.5', { kind: 'delay', delayMs: 250, fraction: 0.5 }],
  ['core=delay:60s', { kind: 'delay', delayMs: 60_000, fraction: 1 }],
])('"%s" is read', (entry, fault) => {
  expect(parseFaults(entry, 'core', 'v1')).toEqual([{ ...fault, entry }]);
});

test('a list contains the faults of several services; each service gets its own, in their order', () => {
  const list = 'web=delay:2s , core=unavailable:0.3,,core=delay:1ms, core-db=unavailable';
  expect(parseFaults(list, 'core', 'v1').map(({ entry }) => entry)).toEqual(['core=unavailable:0.3', 'core=delay:1ms']);
  expect(parseFaults(list, 'web', 'v1').map(({ entry }) => entry)).toEqual(['web=delay:2s']);
  expect(parseFaults(list, 'preview', 'v1')).toEqual([]);
});

test('a fault may name one version of a service', () => {
  const list = 'core/v1=unavailable,core/v2=delay:1ms,core=crash,core/=crash,core/v1/v2=crash';
  expect(parseFaults(list, 'core', 'v1').map(({ entry }) => entry)).toEqual(['core/v1=unavailable', 'core=crash']);
  expect(parseFaults(list, 'core', 'v2').map(({ entry }) => entry)).toEqual(['core/v2=delay:1ms', 'core=crash']);
});

test.each([
  'core',
  'core=',
  'core=broken',
  'core=unavailable:',
  'core=unavailable:2',
  'core=unavailable:1.1',
  'core=unavailable:-0.1',
  'core=unavailable:1e-1',
  'core=unavailable:0.3:0.3',
  'core=delay',
  'core=delay:2',
  'core=delay:-2s',
  'core=delay:61s',
  'core=delay:60001ms',
  'core=delay:999999999s',
  'core=Unavailable',
])('"%s" is refused by name, and only by the service that it names', (entry) => {
  expect(() => parseFaults(`web=unavailable,${entry}`, 'core', 'v1')).toThrow(MalformedFault);
  expect(() => parseFaults(`web=unavailable,${entry}`, 'core', 'v1')).toThrow(`"${entry}"`);
  expect(parseFaults(`web=unavailable,${entry}`, 'web', 'v1')).toHaveLength(1);
});

test('a header of more than 1024 characters is refused before it is read', () => {
  expect(parseFaults('core=delay:1ms,'.padEnd(1024, ','), 'core', 'v1')).toHaveLength(1);
  expect(() => parseFaults('core=delay:1ms,'.padEnd(1025, ','), 'core', 'v1')).toThrow('x-fault must have at most 1024 characters');
});
