import { defineEnvironment } from '@mesh-platform/mesh';
import shop from './shop.mesh.ts';

/** Where the shop sells: a managed database, TLS at the gateway, replicas by load, traces to a collector. */
export default defineEnvironment(shop, {
  name: 'production',
  image: (service, version) => `registry.example.com/shop/${service}:${version}`,
  replicas: 3,
  autoscale: { max: 20, cpuPercent: 70 },
  zones: true,
  tls: { credential: 'shop-tls' },
  outside: { postgres: { hosts: ['shop.database.example'], port: 5432, protocol: 'tcp' } },
  externals: { collector: { hosts: ['traces.example'], port: 4318, protocol: 'http', calledBy: ['storefront', 'api'] } },
});
