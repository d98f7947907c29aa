import type { CallSpec, MeshSpec, ServiceSpec } from '../../src/topology/spec.ts';
import { Random } from './random.ts';

const CALLS_OF_EACH = 5;
/** The last service of each layer, as a part of all: a service calls services of later layers. */
const LAYERS = [0.1, 0.5, 0.9, 1];
/** The part of calls that go to the hubs, such as a service of users, and how many services are hubs. */
const HUB_CALLS = 0.2;
const HUBS = 0.02;
const GRPC = 0.4;
const TWO_VERSIONS = 0.3;

/**
 * A mesh of that many services, at least 60, with five times as many calls: in layers without cycles, with a few hubs that many call, HTTP
 * and gRPC, a third of them with two versions. The same for the same number and seed.
 */
export function manyServices(services: number, { name = 'many', seed = 1 } = {}): MeshSpec {
  const random = new Random(seed);
  const names = Array.from({ length: services }, (_, index) => `service-${index}`);
  const protocols = names.map((_, index) => (index > 0 && random.chance(GRPC) ? 'grpc' : 'http'));
  const versions = names.map(() => (random.chance(TWO_VERSIONS) ? ['v1', 'v2'] : ['v1']));
  const callers = Math.floor(services * (LAYERS.at(-2) ?? 0));
  const specs = names.map((service, index): [string, ServiceSpec] => {
    const protocol = protocols[index] ?? 'http';
    const count = index < callers ? share(services * CALLS_OF_EACH, callers, index) : 0;
    const calls = [...calleesOf(index, count, services, random)].map((callee): [string, CallSpec] => [
      names[callee] ?? '',
      callOf(protocols[callee] ?? 'http'),
    ]);
    const port = protocol === 'grpc' ? 9090 : 8080;
    return [service, { protocol, port, versions: versions[index] ?? [], calls: Object.fromEntries(calls) }];
  });
  const weights = names.flatMap((service, index) => (versions[index]?.length === 2 ? [[service, { v1: 80, v2: 20 }] as const] : []));
  return {
    name,
    namespace: name,
    gateway: { to: names[0] ?? '', hosts: [`${name}.test`], timeout: '10s' },
    services: Object.fromEntries(specs),
    weights: Object.fromEntries(weights),
  };
}

/** The n-th part of a total that is divided among some as evenly as whole numbers allow. */
const share = (total: number, among: number, index: number): number => Math.floor(total / among) + (index < total % among ? 1 : 0);

/** Different services of later layers than the caller's own. */
function calleesOf(caller: number, count: number, services: number, random: Random): ReadonlySet<number> {
  const begins = LAYERS.map((end) => Math.floor(services * end));
  const first = begins.find((begin) => caller < begin) ?? services;
  const hubs = Math.max(1, Math.floor(services * HUBS));
  const callees = new Set<number>();
  while (callees.size < Math.min(count, services - first)) {
    const isHub = random.chance(HUB_CALLS);
    const [from, among] = isHub ? [services - hubs, hubs] : [first, services - first];
    callees.add(from + Math.floor(random.next() * among));
  }
  return callees;
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
