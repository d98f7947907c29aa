import { hostOf } from '../../src/names.ts';
import type { MeshObject } from '../../src/object.ts';
import { policiesOf } from '../../src/render/policies.ts';
import { resolveMesh } from '../../src/topology/define-mesh.ts';
import type { CallSpec, EntrySpec, MethodsSpec, ServiceSpec } from '../../src/topology/spec.ts';
import { NAMESPACE, type PoolService, services, VERSIONS } from './pool.ts';
import type { Random } from './random.ts';

const WEIGHTS = [
  [100, 0],
  [0, 100],
  [50, 50],
  [20, 80],
  [80, 20],
] as const;
const HTTP_METHODS = ['GET /items/*', 'POST /items', 'PUT,DELETE /items/*', 'GET /status', 'GET,POST /orders'];
const GRPC_METHODS = ['echo.v1.Echo/Get,List', 'echo.v1.Echo/Write', 'echo.v1.Other/Get'];
const HEADER_MATCHES = [
  { headers: { 'x-version': { exact: 'pinned' } } },
  { headers: { 'x-version': { prefix: 'pin' } } },
  { headers: { 'x-version': { regex: 'p[a-z]+d' }, 'x-role': { exact: 'owner' } } },
  { headers: { 'x-role': {} }, withoutHeaders: { 'x-version': {} } },
];
const TIMEOUTS = ['4s', '5s'] as const;

/** The host at which the gateway serves the pool. */
export const GATEWAY_HOST = 'explain.test';

/** Policies of a topology with random calls and a gateway, plus resources that no topology renders: leaking Sidecars, denials, routes by header. */
export function randomPolicies(round: string, random: Random): readonly MeshObject[] {
  const mesh = resolveMesh({
    name: 'explain',
    namespace: NAMESPACE,
    gateway: entryOf(random),
    services: Object.fromEntries(services.map((service) => [service.name, serviceOf(service, random)])),
    weights: Object.fromEntries(services.map(({ name }) => [name, weightsOf(random)])),
  });
  const objects = policiesOf({ mesh }).filter(({ kind }) => kind !== 'Telemetry');
  const text = JSON.stringify(objects); // policies share parts of their objects
  return [...(JSON.parse(text) as Mutable[]).map((object) => changed(object, round, random)), ...denials(random), roundMark(round)];
}

function serviceOf({ name, protocol, port }: PoolService, random: Random): ServiceSpec {
  const callees = services.filter((other) => other.name !== name && random.chance(0.45));
  return { protocol, port, versions: VERSIONS, calls: Object.fromEntries(callees.map((callee) => [callee.name, callOf(callee, random)])) };
}

function entryOf(random: Random): EntrySpec {
  const entry = random.pick(services.filter(({ protocol }) => protocol === 'http'));
  const sticky = { cookie: 'version', assets: '/assets/{version}/' };
  return { to: entry.name, hosts: [GATEWAY_HOST], ...callOf(entry, random), ...(random.chance(0.5) ? { sticky } : {}) };
}

function callOf({ protocol }: PoolService, random: Random): CallSpec {
  if (protocol === 'tcp') return {};
  const all = protocol === 'http' ? HTTP_METHODS : GRPC_METHODS;
  const chosen = all.filter(() => random.chance(0.5));
  const methods = Object.fromEntries(chosen.map((key): [string, MethodsSpec] => [key, { timeout: random.pick(TIMEOUTS) }]));
  return { timeout: '5s', ...(chosen.length > 0 ? { methods } : {}) };
}

function weightsOf(random: Random): Record<string, number> {
  const [first, second] = random.pick(WEIGHTS);
  return { v1: first, v2: second };
}

interface Mutable extends MeshObject {
  spec: {
    http?: { match?: object[]; route: { destination: object }[]; headers?: object; retries?: object; name?: string }[];
    egress?: { hosts: string[] }[];
    workloadSelector?: object;
  };
}

function changed(object: Mutable, round: string, random: Random): MeshObject {
  const { spec, kind } = object;
  if (kind === 'Sidecar' && spec.workloadSelector && random.chance(0.5)) leak(spec.egress?.[0]?.hosts ?? [], random);
  if (kind !== 'VirtualService' || !spec.http) return object;
  const [first] = spec.http;
  if (first && random.chance(0.4)) {
    const destination = { ...first.route[0]?.destination, subset: random.pick(VERSIONS) };
    spec.http.unshift({
      ...first,
      name: 'by-header',
      match: [random.pick(HEADER_MATCHES)],
      route: [{ destination }],
    });
  }
  for (const route of spec.http) route.headers = { response: { set: { 'x-round': `${round}-r` } } };
  return object;
}

/** Adds hosts that the service does not call to its Sidecar, so that the callee's AuthorizationPolicy must deny the requests. */
function leak(hosts: string[], random: Random): void {
  if (hosts[0] === '~/*') hosts.pop();
  for (const { name } of services.filter(() => random.chance(0.3))) {
    const host = `./${hostOf({ namespace: NAMESPACE }, name)}`;
    if (!hosts.includes(host)) hosts.push(host);
  }
  if (hosts.length === 0) hosts.push('~/*'); // istiod refuses a Sidecar without hosts
}

/** Denials of one caller, of a method, or of a header. */
function denials(random: Random): readonly MeshObject[] {
  const callee = () => random.pick(services.filter(({ protocol }) => protocol === 'http')).name;
  const rules = [
    { from: [{ source: { principals: [`cluster.local/ns/${NAMESPACE}/sa/${random.pick(services).name}`] } }] },
    { to: [{ operation: { methods: ['DELETE'], paths: ['/items/*'] } }] },
    { when: [{ key: 'request.headers[x-role]', values: ['guest', 'visitor*'] }] },
  ];
  return rules
    .filter(() => random.chance(0.5))
    .map((rule, index) => policy(`denial-${index}`, { selector: { matchLabels: { app: callee() } }, action: 'DENY', rules: [rule] }));
}

/** Denies no caller, and marks the listeners of every proxy with the round. */
const roundMark = (round: string): MeshObject =>
  policy('round', { action: 'DENY', rules: [{ from: [{ source: { namespaces: [`${round}-l`] } }] }] });

const policy = (name: string, spec: object): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name, namespace: NAMESPACE },
  spec,
});
