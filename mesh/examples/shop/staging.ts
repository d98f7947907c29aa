import { defineEnvironment } from '@mesh-platform/mesh';
import shop from './shop.mesh.ts';

/** Where the shop is tried: everything in the cluster but the card processor. */
export default defineEnvironment(shop, {
  name: 'staging',
  image: (service, version) => `registry.example.com/shop/${service}:${version}`,
  replicas: 2,
  zones: true,
});
