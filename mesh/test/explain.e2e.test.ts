import { GATEWAY, nameOf } from '@mesh-platform/kubernetes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explain } from '../src/explain/explain.ts';
import type { ExplainRequest, Explanation } from '../src/explain/explanation.ts';
import { normalizedPath } from '../src/explain/normalize-path.ts';
import { gatewayRouteName, hostOf } from '../src/names.ts';
import type { MeshObject } from '../src/object.ts';
import { connect, deleteNamespace } from './support/cluster.ts';
import {
  gatewayInSync,
  NAMESPACE,
  type Order,
  Pool,
  type PoolService,
  poolObjects,
  type Seen,
  services,
  VERSIONS,
} from './support/pool.ts';
import { Random } from './support/random.ts';
import { GATEWAY_HOST, randomPolicies } from './support/random-policies.ts';

/** Each has policies of its own; EXPLAIN_ROUNDS asks for more. */
const ROUNDS = Number(process.env.EXPLAIN_ROUNDS ?? 5);
const REQUESTS = 32;
const DENIED = 11;
const DENIED_BY_PROXY = 4;
/** A version with a weight of 20 is missed this often in a row once in 10⁹. */
const MOST = 95;
const LEAST_OF_ALLOWED = 6;
const LEAST_OF_DENIED = 2;

const seed = Number(process.env.EXPLAIN_SEED ?? Math.floor(Math.random() * 1e9));
const cluster = connect();
let pool: Pool;
let fixed: readonly MeshObject[] = [];
let applied: readonly MeshObject[] = [];

beforeAll(async () => {
  const startedAt = performance.now();
  pool = await Pool.start(cluster);
  fixed = await poolObjects('');
  console.log(`EXPLAIN_SEED=${seed}; ${services.length * VERSIONS.length} pods in ${seconds(startedAt)} s`);
}, 420_000);

afterAll(() => deleteNamespace(cluster, NAMESPACE));

const seconds = (startedAt: number): string => ((performance.now() - startedAt) / 1000).toFixed(1);

interface Case {
  /** The service whose pod sends it, to the gateway too. */
  readonly by: string;
  readonly wanted: ExplainRequest & { readonly headers: Readonly<Record<string, string>> };
  readonly predicted: Explanation;
  readonly order: Order;
}

const plainPaths = [
  '/items/1',
  '/items',
  '/status',
  '/orders',
  '/other',
  '/items/1?a=b',
  '/assets/v1/a.css',
  '/items?version=v2',
  '/metrics',
];
const oddPaths = [
  ...[
    '/%69tems/1',
    '/other/../items',
    '/other/%2e%2e/status',
    '/other/..;a=b/items/1',
    '/items;a=b',
    '/./status',
    '//items/1',
    '/items//1',
  ],
  ...['/items%2F1', '/items\\1', '/items/1%00', '/status/', '/STATUS', '/%6detrics', '/x/../metrics', '/items/%7e', '/items/..', '/%zz'],
];
/** Names are compared in lower case; a value counts from its first to its last character. */
const headerNames = { role: ['x-role', 'X-Role'], version: ['x-version', 'X-VERSION'], cookie: ['cookie'] } as const;
const headerValues = {
  role: ['guest', 'visitor-1', 'owner', 'Guest', 'guests', 'a, guest'],
  version: ['pinned', 'pin', 'unpinned', 'painted'],
  cookie: ['version=v1', 'a=b; version=v2', 'version=v3', 'xversion=v2'],
} as const;
const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const calls = ['echo.v1.Echo/Get', 'echo.v1.Echo/List', 'echo.v1.Echo/Write', 'echo.v1.Other/Get', 'echo.v1.Other/Drop'];

/** Something that a service of the pool, or the gateway, might ask of another. */
function randomCase(objects: readonly MeshObject[], random: Random): Case {
  const isOutside = random.chance(0.25);
  const from = random.pick(services);
  const to = isOutside ? entryIn(objects) : random.pick(services.filter(({ name }) => name !== from.name));
  const asked =
    to.protocol === 'tcp'
      ? { headers: {} }
      : to.protocol === 'grpc'
        ? { method: random.pick(calls), headers: randomHeaders(random) }
        : { method: random.pick(methods), path: random.pick(random.chance(0.5) ? plainPaths : oddPaths), headers: randomHeaders(random) };
  const name = isOutside ? random.pick([GATEWAY_HOST, GATEWAY_HOST, GATEWAY_HOST, 'other.test']) : undefined;
  const wanted = { from: isOutside ? 'gateway' : from.name, to: to.name, ...(name ? { host: name } : {}), ...asked };
  const predicted = explain(objects, wanted);
  const [method = 'GET', path = '/'] = predicted.request.split(' ');
  const address = isOutside
    ? { host: `${GATEWAY.name}.${GATEWAY.namespace}.svc.cluster.local`, port: GATEWAY.ports.service }
    : { host: hostOf({ namespace: NAMESPACE }, to.name), port: to.port };
  const headers = { ...(name ? { host: name } : {}), ...asked.headers };
  const until = predicted.allowed === 'yes' ? expectedWords(predicted) : [];
  const least = predicted.allowed === 'yes' ? LEAST_OF_ALLOWED : LEAST_OF_DENIED;
  return { by: from.name, wanted, predicted, order: { kind: to.protocol, ...address, method, path, headers, until, least, most: MOST } };
}

const randomHeaders = (random: Random): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (['role', 'version', 'cookie'] as const)
      .filter(() => random.chance(0.25))
      .map((kind) => [random.pick(headerNames[kind]), random.pick(headerValues[kind])]),
  );

/** The service behind the gateway. */
function entryIn(objects: readonly MeshObject[]): PoolService {
  const entry = services.find(({ name }) => objects.some(({ metadata }) => metadata?.name === gatewayRouteName(name)));
  if (!entry) throw new Error('the gateway leads to no service');
  return entry;
}

const expectedWords = ({ targets }: Explanation): readonly string[] =>
  targets
    .filter(({ percent }) => percent > 0)
    .map(({ version }) => `version ${version}`)
    .sort();

/** A fixed number of requests that each policy check denies at most; the rest is allowed. */
function casesOf(objects: readonly MeshObject[], random: Random): readonly Case[] {
  const cases: Case[] = [];
  const limitOf = ({ allowed, reason }: Explanation) =>
    allowed === 'yes'
      ? REQUESTS - DENIED
      : reason === 'authorization'
        ? DENIED - DENIED_BY_PROXY
        : reason === 'route'
          ? 2
          : DENIED_BY_PROXY;
  for (let tries = 0; tries < 20_000 && cases.length < REQUESTS; tries++) {
    const one = randomCase(objects, random);
    const alike = cases.filter(({ predicted }) => predicted.allowed === one.predicted.allowed && predicted.reason === one.predicted.reason);
    if (alike.length < limitOf(one.predicted)) cases.push(one);
  }
  return cases;
}

/** The responses of the policy check that a prediction names. */
function answersOf({ allowed, reason, protocol, answer }: Explanation, path = '/'): RegExp {
  if (allowed === 'yes') return /^version v[12]$/;
  if (reason === 'route') return new RegExp(`^status ${answer}$`);
  if (protocol === 'tcp') return /^closed$/;
  if (reason === 'authorization') return protocol === 'grpc' ? /^grpc 7$/ : /^status 403$/;
  if (protocol === 'grpc') return /^(grpc 14|closed)$/;
  // A proxy rejects a path before it looks for the callee, where it has any HTTP service at that port.
  return normalizedPath(path) === undefined ? /^(status (400|502)|closed)$/ : /^(status 502|closed)$/;
}

/** The difference between a prediction and the observed result; empty where they agree. */
function difference({ wanted, predicted }: Case, seen: Seen): string {
  const words = Object.keys(seen).sort();
  const wrong = words.filter((word) => !answersOf(predicted, wanted.path).test(word));
  const missing = predicted.allowed === 'yes' ? expectedWords(predicted).join() !== words.join() : words.length === 0;
  return wrong.length > 0 || missing
    ? `${JSON.stringify(wanted)}: predicted ${predicted.allowed} ${predicted.reason ?? expectedWords(predicted).join(', ')} (${predicted.why}), seen ${JSON.stringify(seen)}`
    : '';
}

async function apply(objects: readonly MeshObject[]): Promise<void> {
  const names = new Set(objects.map(nameOf));
  await cluster.apply(objects, 'explain');
  await Promise.all(applied.filter((object) => !names.has(nameOf(object))).map((object) => cluster.delete(object)));
  applied = objects;
}

/** The services whose proxies have routes: those that know an HTTP or gRPC service with a VirtualService. */
function routedOf(objects: readonly MeshObject[]): ReadonlySet<string> {
  const routes = objects.filter(({ kind }) => kind === 'VirtualService').map(({ spec }) => spec as { hosts: string[]; http?: object });
  const hosts = new Set(routes.filter(({ http }) => http).flatMap((route) => route.hosts.map((host) => `./${host}`)));
  const knowing = objects.filter(({ kind }) => kind === 'Sidecar') as (MeshObject & { spec: { egress: { hosts: string[] }[] } })[];
  return new Set(
    knowing
      .filter(({ spec }) => spec.egress.some((one) => one.hosts.some((host) => hosts.has(host))))
      .map(({ metadata }) => metadata?.name ?? ''),
  );
}

async function carryOut(cases: readonly Case[], replica: number): Promise<readonly string[]> {
  const byCaller = Map.groupBy(cases, ({ by }) => by);
  const found = await Promise.all(
    [...byCaller].map(async ([by, own]) => {
      const seen = await pool.carryOut(
        by,
        own.map(({ order }) => order),
        replica,
      );
      return own.map((one, index) => difference(one, seen[index] ?? {}));
    }),
  );
  return found.flat().filter(Boolean);
}

/** Both policy checks close a TCP connection: the callee's proxies count the connections that they denied. */
async function tcpRefusals(cases: readonly Case[]): Promise<{ readonly expected: number; readonly counted: () => Promise<number> }> {
  const tcp = services.filter(({ protocol }) => protocol === 'tcp');
  const count = async () => (await Promise.all(tcp.map(({ name }) => pool.refusedConnections(name)))).reduce((sum, one) => sum + one, 0);
  const before = await count();
  const refused = cases.filter(({ predicted }) => predicted.protocol === 'tcp' && predicted.reason === 'authorization').length;
  return { expected: refused * LEAST_OF_DENIED, counted: async () => (await count()) - before };
}

it.each(Array.from({ length: ROUNDS }, (_, round) => ({ round })))('explain is true of topology $round', async ({ round }) => {
  const startedAt = performance.now();
  const random = new Random(seed + round);
  const mark = `round-${seed}x${round}`;
  const policies = randomPolicies(mark, random);
  await apply(policies);
  await Promise.all([pool.inSync(mark, routedOf(policies)), gatewayInSync(cluster, mark)]);
  const syncedAfter = seconds(startedAt);
  const cases = casesOf([...fixed, ...policies], random);
  const refused = cases.filter(({ predicted }) => predicted.allowed === 'no');
  expect(cases).toHaveLength(REQUESTS);
  expect(refused.length / cases.length).toBeGreaterThanOrEqual(0.3);
  const connections = await tcpRefusals(cases);
  expect(await carryOut(cases, round)).toEqual([]);
  expect(await connections.counted()).toBe(connections.expected);
  const byReason = Map.groupBy(refused, ({ predicted }) => predicted.reason);
  console.log(
    `topology ${round}: in sync after ${syncedAfter} s, ${cases.length} requests in ${seconds(startedAt)} s; ${[...byReason].map(([reason, all]) => `${reason} ${all.length}`).join(', ')}`,
  );
});
