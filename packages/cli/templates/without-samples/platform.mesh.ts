import { defineMesh } from '@mesh-platform/mesh';

/** The services, their allowed calls, and the weight of each version: Istio's resources are rendered from this file. */
export default defineMesh({
  name: 'documents',
  namespace: 'platform',
  gateway: { to: 'hello', timeout: '5s', methods: { 'GET,HEAD /hello,/path': {} } },
  services: {
    postgres: { protocol: 'tcp', port: 5432, versions: ['v1'], stateful: true },
    hello: { protocol: 'http', port: 8080, versions: ['v1'] },
  },
});
