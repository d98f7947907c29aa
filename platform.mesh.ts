import { defineMesh } from '@mesh-platform/mesh';

const http = { protocol: 'http', port: 8080, versions: ['v1'] } as const;
const api = { 'GET,POST /documents': {}, 'GET,PUT,DELETE /documents/*': {}, 'GET /path,/openapi.json': {} } as const;
const unseen = { retries: { attempts: 2, on: ['connect-failure', 'refused-stream'] } } as const; // what is not retried may take the whole timeout
// The caller itself repeats a create, with its idempotency key: the mesh does not.
// A request that ends core's process is not retried (infra/istio/sidecars.yaml). One that ends its sidecar, or that takes longer than perTry, is.
// So only requests without user text have these conditions: an id, or a limit and a signed cursor, each checked before core reads it.
const repeated = {
  retries: { ...unseen.retries, perTry: '600ms', on: ['unavailable', 'deadline-exceeded', 'reset', ...unseen.retries.on] },
  idempotent: true,
} as const;

/** The callers, calls and weights of each service: every Istio policy is rendered from this file. */
export default defineMesh({
  name: 'documents',
  namespace: 'platform',
  gateway: {
    to: 'preview',
    timeout: '5s',
    methods: { 'GET,HEAD,POST,PUT,DELETE /*': {} },
    sticky: { cookie: 'version', assets: '/assets/{version}/' },
  },
  services: {
    preview: { ...http, versions: ['v1', 'v2'], calls: { web: { timeout: '3s', methods: api } } },
    web: {
      ...http,
      calls: {
        core: {
          timeout: '2s',
          methods: {
            'documents.v1.Documents/Get,List': repeated,
            'documents.v1.Documents/Create,Update,Delete': unseen,
            'path.v1.Path/Get': repeated,
          },
        },
      },
    },
    core: { protocol: 'grpc', port: 9090, versions: ['v1'], calls: { postgres: {} } },
    postgres: { protocol: 'tcp', port: 5432, versions: ['v1'], stateful: true },
  },
  weights: { preview: { v1: 80, v2: 20 } },
});
