import type { CallSpec, MeshSpec, ServiceSpec } from '@mesh-platform/mesh';

/** A mesh of many services, the same for the same numbers: each calls others at even distances, HTTP and gRPC by turns. */
export function manyServices(services: number, callsOfEach: number): MeshSpec {
  const names = Array.from({ length: services }, (_, index) => `service-${index}`);
  const protocolOf = (index: number) => (index % 2 === 0 ? 'http' : 'grpc');
  const specs = names.map((name, index): [string, ServiceSpec] => {
    const callees = Array.from({ length: callsOfEach }, (_, call) => (index + 1 + call * 37) % services).filter(
      (callee) => callee !== index,
    );
    const calls = callees.map((callee): [string, CallSpec] => [names[callee] ?? '', callOf(protocolOf(callee))]);
    return [name, { protocol: protocolOf(index), port: 8080, versions: ['v1', 'v2'], calls: Object.fromEntries(calls) }];
  });
  const weights = names.map((name, index): [string, Record<string, number>] => [name, { v1: index % 101, v2: 100 - (index % 101) }]);
  return {
    name: 'many',
    namespace: 'many',
    gateway: { to: names[0] ?? '', hosts: ['many.example.com'], timeout: '10s' },
    services: Object.fromEntries(specs),
    weights: Object.fromEntries(weights),
  };
}

const callOf = (protocol: 'http' | 'grpc'): CallSpec =>
  protocol === 'http'
    ? { timeout: '3s', methods: { 'GET /items/*': { retries: { attempts: 1, perTry: '1s', on: ['5xx'] } }, 'POST /items': {} } }
    : {
        timeout: '3s',
        methods: {
          'items.v1.Items/Get,List': { idempotent: true, retries: { attempts: 1, perTry: '1s', on: ['unavailable'] } },
          'items.v1.Items/Put': {},
        },
      };
