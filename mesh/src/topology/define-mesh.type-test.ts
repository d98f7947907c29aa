import { defineMesh } from './define-mesh.ts';
import { defineEnvironment } from './environment.ts';

/** Topologies that compile, and topologies that do not. The compiler checks this file: a missing expected error is an error. */
const platform = defineMesh({
  name: 'documents',
  namespace: 'platform',
  gateway: { to: 'preview', hosts: ['shop.example.com', '*.example.com'], timeout: '5s' },
  services: {
    preview: { protocol: 'http', port: 8080, versions: ['v1', 'v2'], calls: { web: { timeout: '3s' } } },
    web: {
      protocol: 'http',
      port: 8080,
      versions: ['v1'],
      calls: {
        core: {
          timeout: '2s',
          methods: {
            'documents.v1.Documents/Get,List': {
              idempotent: true,
              retries: { attempts: 2, perTry: '600ms', on: ['unavailable', 'reset'] },
            },
            'documents.v1.Documents/Update': { retries: { attempts: 2, on: ['connect-failure', 'refused-stream'] } },
          },
        },
      },
    },
    core: { protocol: 'grpc', port: 9090, versions: ['v1'], calls: { postgres: {} } },
    postgres: { protocol: 'tcp', port: 5432, versions: ['v1'], stateful: true },
  },
  weights: { preview: { v1: 80, v2: 20 } },
});

const two = { name: 'a', namespace: 'b' } as const;
const http = { protocol: 'http', port: 8080, versions: ['v1', 'v2'] } as const;
const tcp = { protocol: 'tcp', port: 5432, versions: ['v1'] } as const;

// @ts-expect-error there is no service 'c'
defineMesh({ ...two, services: { a: { ...http, calls: { c: { timeout: '1s' } } } } });
// @ts-expect-error there is no service 'c'
defineMesh({ ...two, gateway: { to: 'c' }, services: { a: http } });
// @ts-expect-error the host has a port
defineMesh({ ...two, gateway: { to: 'a', hosts: ['shop.example.com:8080'] }, services: { a: http } });
// @ts-expect-error there is no service 'c'
defineMesh({ ...two, services: { a: http }, weights: { c: { v1: 100 } } });
// @ts-expect-error 'a' has no version 'v3'
defineMesh({ ...two, services: { a: http }, weights: { a: { v1: 100, v3: 0 } } });
// @ts-expect-error the weights add up to 135, not to 100
defineMesh({ ...two, services: { a: http }, weights: { a: { v1: 90, v2: 45 } } });
// @ts-expect-error the weights add up to 90, not to 100
defineMesh({ ...two, services: { a: http }, weights: { a: { v1: 90 } } });
// @ts-expect-error 12.5 is no whole percent from 0 to 100
defineMesh({ ...two, services: { a: http }, weights: { a: { v1: 12.5, v2: 87.5 } } });
// @ts-expect-error 110 is no whole percent from 0 to 100
defineMesh({ ...two, services: { a: http }, weights: { a: { v1: 110, v2: -10 } } });
// @ts-expect-error a call to 'b' needs a timeout
defineMesh({ ...two, services: { a: { ...http, calls: { b: {} } }, b: http } });
// @ts-expect-error '2 seconds' is no duration
defineMesh({ ...two, services: { a: { ...http, calls: { b: { timeout: '2 seconds' } } }, b: http } });
// @ts-expect-error 'b' speaks tcp, which has no timeout
defineMesh({ ...two, services: { a: { ...http, calls: { b: { timeout: '2s' } } }, b: tcp } });
// @ts-expect-error a port is a number
defineMesh({ ...two, services: { a: { ...http, port: '8080' } } });
// @ts-expect-error there is no protocol 'https'
defineMesh({ ...two, services: { a: { ...http, protocol: 'https' } } });
// @ts-expect-error 'banana' is no condition
defineMesh({ ...two, services: { a: { ...http, calls: { b: { timeout: '2s', retries: { attempts: 1, on: ['banana'] } } } }, b: http } });
// @ts-expect-error retried on 5xx, after the callee may have executed it: no method is marked as idempotent
defineMesh({ ...two, services: { a: { ...http, calls: { b: { timeout: '2s', retries: { attempts: 1, on: ['5xx'] } } } }, b: http } });
const any = { retries: { attempts: 1, on: ['5xx'] } } as const;
// @ts-expect-error retried on 5xx, after the callee may have executed it
defineMesh({ ...two, services: { a: { ...http, calls: { b: { timeout: '2s', methods: { 'POST /': any } } } }, b: http } });
// @ts-expect-error retried on 5xx, after the callee may have executed it
defineMesh({ ...two, services: { a: { ...http, calls: { b: { timeout: '2s', methods: { 'GET,POST /': any } } } }, b: http } });
defineMesh({ ...two, services: { a: { ...http, calls: { b: { timeout: '2s', methods: { 'GET,PUT /': any } } } }, b: http } });

// Numbers that are known only at run time compile; `defineMesh` checks them then.
const weight: number = Number('80');
defineMesh({ ...two, services: { a: http }, weights: { a: { v1: weight, v2: 100 - weight } } });

const image = (service: string) => service;
defineEnvironment(platform, { name: 'eks', image, outside: { postgres: { hosts: ['db.example'], port: 5432, protocol: 'tcp' } } });
// @ts-expect-error there is no service 'postgre'
defineEnvironment(platform, { name: 'eks', image, outside: { postgre: { hosts: ['db.example'], port: 5432, protocol: 'tcp' } } });

defineEnvironment(platform, { name: 'local', image, hosts: ['127.0.0.1', '*.example.com', '*', image('at-run-time')] });
// @ts-expect-error the host has a scheme
defineEnvironment(platform, { name: 'local', image, hosts: ['https://shop.example.com'] });
// @ts-expect-error the host has a path
defineEnvironment(platform, { name: 'local', image, hosts: ['shop.example.com/documents'] });
// @ts-expect-error the host has a port
defineEnvironment(platform, { name: 'local', image, hosts: ['127.0.0.1:30080'] });
// @ts-expect-error the host has upper-case letters
defineEnvironment(platform, { name: 'local', image, hosts: ['Shop.example.com'] });
// @ts-expect-error a * stands for a whole first label
defineEnvironment(platform, { name: 'local', image, hosts: ['shop.*.com'] });
