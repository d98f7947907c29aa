import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { type LoadedEnvironment, resolveMesh } from '@mesh-platform/mesh';
import { expect, it } from 'vitest';
import { clientsPatch, requireDeclaredClients } from '../postgres/clients-patch.ts';
import { databaseClients, databaseIn } from './database-clients.ts';

const stateful = { protocol: 'tcp', port: 5433, versions: ['v1'], stateful: true } as const;
const caller = { protocol: 'http', port: 8080, versions: ['v1', 'v2'], calls: { records: {} } } as const;

const meshOf = (callers: readonly string[]) =>
  resolveMesh({
    ...{ name: 'shop', namespace: 'shop' },
    services: { idle: { ...caller, calls: {} }, ...Object.fromEntries(callers.map((name) => [name, caller])), records: stateful },
  });

/** A topology with these callers of its database, each with the name of its own database. */
const shop = (databases: Readonly<Record<string, string | undefined>>) => {
  const objects = Object.entries(databases).map(
    ([app, value]) =>
      ({
        kind: 'Deployment',
        metadata: { name: `${app}-v1`, labels: { app } },
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: app,
                  env: [
                    { name: 'PGUSER', value: 'x' },
                    { name: 'PGDATABASE', value },
                  ],
                },
              ],
            },
          },
        },
      }) as unknown as KubernetesObject,
  );
  return { environment: { mesh: meshOf(Object.keys(databases)) }, rendered: { objects } } as unknown as LoadedEnvironment;
};

it('each caller of the stateful service is a client of it, with the database that its own pods name', () => {
  expect(databaseClients(shop({ stock: 'goods', 'my-cart': 'my_cart' }))).toEqual([
    { service: 'my-cart', database: 'my_cart' },
    { service: 'stock', database: 'goods' },
  ]);
  expect(databaseClients(shop({}))).toEqual([]);
});

it('a client that does not name its database is refused, and so are two of one database', () => {
  expect(() => databaseClients(shop({ stock: undefined }))).toThrow('stock has no PGDATABASE');
  expect(() => databaseClients(shop({ stock: 'goods', cart: 'goods' }))).toThrow('cart and stock would have one database, goods');
});

it.each([
  ['public', 'shop'],
  ['none', 'shop'],
  ['stock', 'postgres'],
  ['stock', 'template1'],
  ['stock', 'Goods'],
  ['stock', 'my-goods'],
])('a role %s with a database %s is refused: PostgreSQL keeps the name, or would fold it', (service, database) => {
  expect(() => databaseClients(shop({ [service]: database }))).toThrow(`no role '${service}' with a database '${database}'`);
});

it('a topology without a database, or with two of them, is refused', () => {
  const { services, callersOf } = meshOf([]);
  expect(() => databaseIn({ services: new Map(), callersOf })).toThrow('the topology has 0 databases');
  const more = new Map([...services, ['more', { ...services.get('records'), name: 'more' }]]) as typeof services;
  expect(() => databaseIn({ services: more, callersOf })).toThrow('the topology has 2 databases');
});

it('configures Postgres with each client and its database, and mounts each password under the role’s name', () => {
  expect(clientsPatch('records', databaseClients(shop({ stock: 'goods', 'my-cart': 'my_cart' }))).replaceAll(/^#.*\n/gm, '')).toBe(
    `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: records
spec:
  template:
    spec:
      containers:
        - name: records
          env:
            - name: CLIENTS
              value: my-cart=my_cart,stock=goods
      volumes:
        - name: passwords
          projected:
            defaultMode: 288
            sources:
              - secret:
                  name: postgres-my-cart
                  items:
                    - key: password
                      path: my-cart
              - secret:
                  name: postgres-stock
                  items:
                    - key: password
                      path: stock
`,
  );
});

it('refuses a Postgres whose clients differ from the topology’s, and accepts one outside of the mesh', () => {
  const configured = (clients: string) => {
    const platform = shop({ stock: 'goods' });
    const records = {
      kind: 'StatefulSet',
      metadata: { labels: { app: 'records' } },
      spec: { template: { spec: { containers: [{ env: [{ name: 'CLIENTS', value: clients }] }] } } },
    };
    return { ...platform, rendered: { objects: [...platform.rendered.objects, records] } } as unknown as LoadedEnvironment;
  };
  requireDeclaredClients(configured('stock=goods'));
  expect(() => requireDeclaredClients(configured(''))).toThrow("configures Postgres for '', and the topology has 'stock=goods'");
  const outside = { environment: { mesh: { services: new Map() } }, rendered: { objects: [] } } as unknown as LoadedEnvironment;
  requireDeclaredClients(outside);
});
