import { resolveMesh } from '@mesh-platform/mesh';
import { expect, test } from 'vitest';
import { requireConnectable, requireConnected, requireDatabase, requireNewVersion, requireRetirable, requireUncalled } from './refusals.ts';

const mesh = resolveMesh({
  name: 'shop',
  namespace: 'shop',
  gateway: { to: 'front' },
  services: {
    front: { protocol: 'http', port: 8080, versions: ['v1', 'v2'], calls: { stock: { timeout: '1s' } } },
    stock: { protocol: 'grpc', port: 9090, versions: ['v1'], calls: { records: {} } },
    lone: { protocol: 'http', port: 8080, versions: ['v1'] },
    records: { protocol: 'tcp', port: 5433, versions: ['v1'], stateful: true },
  },
  weights: { front: { v1: 90, v2: 10 } },
});

test('accepts every valid change', () => {
  requireConnectable('lone', 'front', mesh);
  requireConnectable('stock', 'front', mesh); // calls that go around are allowed
  requireConnected('front', 'stock', mesh);
  requireUncalled('lone', mesh);
  requireUncalled('stock', { ...mesh, callersOf: new Map() }); // its data stays in the database
  requireNewVersion('stock', 'v2', mesh);
  const waiting = { ...mesh, services: new Map(mesh.services) };
  waiting.services.set('lone', {
    ...mesh.services.get('lone'),
    versions: ['v1', 'v2'],
    weights: [{ version: 'v1', percent: 100 }],
  } as never);
  requireRetirable('lone', 'v2', waiting);
});

test.each([
  ['lone', 'absent', "there is no service 'absent'"],
  ['lone', 'lone', "'lone' would call itself"],
  ['front', 'stock', "'front' calls 'stock' already"],
  ['lone', 'records', "'lone' has no code that keeps data in 'records'"],
  ['records', 'lone', "'records' keeps data, and has no code here"],
])('%s cannot be connected to %s: %s', (from, to, message) => {
  expect(() => requireConnectable(from, to, mesh)).toThrow(message);
});

test('finds the service that keeps the data of others, and rejects a topology without one', () => {
  expect(requireDatabase(mesh).name).toBe('records');
  expect(() => requireDatabase({ services: new Map() })).toThrow('the topology has no service that keeps data');
});

test.each([
  ['lone', 'front', "'lone' does not call 'front'"],
  ['stock', 'records', "'stock' keeps its data in 'records'"],
])('%s cannot be disconnected from %s: %s', (from, to, message) => {
  expect(() => requireConnected(from, to, mesh)).toThrow(message);
});

test.each([
  ['stock', "'stock' is called by front"],
  ['front', "the gateway leads to 'front'"],
  ['records', "'records' keeps data"],
  ['absent', "there is no service 'absent'"],
])('%s cannot be removed: %s', (name, message) => {
  expect(() => requireUncalled(name, mesh)).toThrow(message);
});

test.each([
  ['stock', '2', "'2' is no version"],
  ['stock', 'v1', "'stock' has a v1 already"],
])('%s gets no version %s: %s', (name, version, message) => {
  expect(() => requireNewVersion(name, version, mesh)).toThrow(message);
});

test.each([
  ['stock', 'v2', "'stock' has no v2"],
  ['stock', 'v1', "v1 is the last version of 'stock'"],
  ['front', 'v2', "v2 of 'front' has 10 % of the requests"],
])('%s keeps its version %s: %s', (name, version, message) => {
  expect(() => requireRetirable(name, version, mesh)).toThrow(message);
});
