import { resolveMesh } from '@mesh-platform/mesh';
import { expect, it } from 'vitest';
import { topologyVariables } from './terraform-variables.ts';

const shop = {
  name: 'shop',
  namespace: 'shop',
  services: {
    front: { protocol: 'http', port: 8080, versions: ['v2', 'v1'], calls: { stock: { timeout: '1s' } } },
    stock: { protocol: 'grpc', port: 9090, versions: ['v1'], calls: { records: {} } },
    records: { protocol: 'tcp', port: 5433, versions: ['v1'], stateful: true },
  },
} as const;

it('a topology gives the images, the port of the database and its callers', () => {
  expect(topologyVariables(resolveMesh(shop))).toEqual({
    name: 'shop',
    namespace: 'shop',
    images: ['front-v1', 'front-v2', 'stock-v1'],
    database: { service: 'records', port: 5433, clients: ['stock'] },
  });
});

it('each service that calls the database is a client of it', () => {
  const front = { ...shop.services.front, calls: { stock: { timeout: '1s' }, records: {} } } as const;
  expect(topologyVariables(resolveMesh({ ...shop, services: { ...shop.services, front } })).database.clients).toEqual(['front', 'stock']);
});

it('a topology without a database is refused', () => {
  const { front } = shop.services;
  expect(() => topologyVariables(resolveMesh({ ...shop, services: { front: { ...front, calls: {} } } }))).toThrow('0 databases');
});
