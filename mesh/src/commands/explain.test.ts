import { expect, test } from 'vitest';
import type { ExplainRequest } from '../explain/explanation.ts';
import { render } from '../render/render.ts';
import { defineMesh } from '../topology/define-mesh.ts';
import { defineEnvironment } from '../topology/environment.ts';
import { run } from './explain.ts';

const shop = defineMesh({
  name: 'shop',
  namespace: 'shop',
  services: {
    front: { protocol: 'http', port: 8080, versions: ['v1'], calls: { orders: { timeout: '2s', methods: { 'shop.v1.Orders/Get': {} } } } },
    orders: { protocol: 'grpc', port: 9090, versions: ['v1', 'v2'] },
  },
  weights: { orders: { v1: 80, v2: 20 } },
});
const environment = defineEnvironment(shop, { name: 'test', image: () => 'example.com/app:1' });
const explain = (request: ExplainRequest, json = false) =>
  run({ json, environment: async () => ({ file: 'test.ts', environment, rendered: render(environment) }) }, request);
const get = { from: 'front', to: 'orders', method: 'shop.v1.Orders/Get' };

test('explains an allowed request in a few lines', async () => {
  expect(await explain(get)).toEqual({
    exitCode: 0,
    output: `front → orders.shop.svc.cluster.local:9090  POST /shop.v1.Orders/Get
  ✓ allowed: AuthorizationPolicy shop/orders spec.rules[0] admits it
  route    VirtualService shop/orders, orders
  to       orders.shop.svc.cluster.local v1  80 %
  to       orders.shop.svc.cluster.local v2  20 %
  timeout  2s
  retries  2 on connect-failure, refused-stream
→ weights are the topology's; mesh plan shows where the cluster has others
`,
  });
});

test('names the policy check that denies a request, and the response to the caller', async () => {
  expect((await explain({ from: 'orders', to: 'front' })).output).toBe(
    `orders → front.shop.svc.cluster.local:8080  GET /
  ✗ refused; orders sees 502, or a closed connection: the proxy of orders does not know the callee: Sidecar shop/orders does not list it
→ if it is meant, declare front under calls of orders in the topology (./platform connect orders front), and apply it
`,
  );
});

test('lists what is declared where a call is, and its method is not', async () => {
  const { output } = await explain({ ...get, method: 'shop.v1.Orders/Delete' });
  expect(output).toContain('✗ refused; front sees');
  expect(output).toContain(
    '→ if it is meant, add it to calls of front, orders, in the topology, and apply it; declared: POST /shop.v1.Orders/Get\n',
  );
});

test('a program gets the whole explanation', async () => {
  expect(JSON.parse((await explain(get, true)).output)).toMatchObject({
    allowed: 'yes',
    timeout: '2s',
    targets: [{ version: 'v1' }, { version: 'v2' }],
  });
});
