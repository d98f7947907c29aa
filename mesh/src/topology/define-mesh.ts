import { GATEWAY, PlatformError } from '@mesh-platform/kubernetes';
import { kept } from '../kept.ts';
import { type Duration, TRUST_DOMAIN } from '../names.ts';
import {
  type Call,
  type Entry,
  type External,
  type Mesh,
  type Operations,
  type Protocol,
  type Retries,
  type Service,
  type UnseenCondition,
  unseenConditions,
  type Weight,
} from './mesh.ts';
import {
  type CallSpec,
  type EntrySpec,
  type ExternalSpec,
  entryOf,
  type MeshSpec,
  type MethodsSpec,
  type RetriesSpec,
  type ServiceSpec,
} from './spec.ts';
import { validate } from './validate.ts';
import type { Valid } from './validity.ts';

/** A mesh whose services are known to the compiler. */
export interface DefinedMesh<T extends MeshSpec = MeshSpec> extends Mesh {
  /** As it was written: an environment that changes a part of it begins here. */
  readonly spec: T;
}

/**
 * Resolves a topology into a mesh. An unknown service, version or port, a malformed duration and weights that do not add
 * up do not compile; for what types cannot express, it throws a PlatformError with the place and a hint.
 */
export const defineMesh = <const T extends MeshSpec>(spec: T & Valid<T>): DefinedMesh<T> => ({ ...resolveMesh(spec), spec });

/** The same for a topology that is known only at run time: an imported or generated one. */
export function resolveMesh(spec: MeshSpec): Mesh {
  validate(spec);
  const services = new Map(Object.entries(spec.services).map(([name, service]) => [name, resolveService(name, service, spec)]));
  const externals = new Map(Object.entries(spec.externals ?? {}).map(([name, external]) => [name, resolveExternal(name, external)]));
  return {
    name: spec.name,
    namespace: spec.namespace,
    trustDomain: spec.trustDomain ?? TRUST_DOMAIN,
    ...(spec.gateway ? { gateway: resolveEntry(spec.gateway, spec) } : {}),
    services,
    externals,
    callersOf: callersOf(services),
  };
}

function resolveService(name: string, { protocol, port, versions, stateful = false, calls = {} }: ServiceSpec, spec: MeshSpec): Service {
  return {
    name,
    protocol,
    port,
    portName: protocol === 'tcp' ? `tcp-${name}`.slice(0, 15).replace(/-$/, '') : protocol,
    versions,
    weights: weightsOf(versions, entryOf(spec.weights, name)),
    calls: Object.entries(calls).map(([to, call]) => resolveCall(name, to, call, spec)),
    stateful,
  };
}

/** Without weights, the first version gets every request: a new version gets none until it has a weight. */
const weightsOf = (versions: readonly string[], given: Readonly<Record<string, number>> | undefined): Weight[] =>
  versions.map((version, index) => ({ version, percent: given ? (entryOf(given, version) ?? 0) : index === 0 ? 100 : 0 }));

function resolveCall(from: string, to: string, call: CallSpec, { services }: MeshSpec): Call {
  const protocol = entryOf(services, to)?.protocol ?? 'tcp';
  return { from, to, operations: operationsOf(`service '${from}', call to '${to}'`, protocol, call), timeout: call.timeout ?? '0s' };
}

/** Of requests whose route sets none. */
export const DEFAULT_TIMEOUT: Duration = '15s';

function resolveEntry(entry: EntrySpec, { services }: MeshSpec): Entry {
  const {
    to,
    hosts = [],
    pods: { namespace, serviceAccount } = GATEWAY,
    hidden = ['/metrics', '/healthz', '/readyz'],
    timeout = DEFAULT_TIMEOUT,
    sticky,
  } = entry;
  const operations = operationsOf('the gateway', entryOf(services, to)?.protocol ?? 'http', { ...entry, timeout });
  return { to, hosts, pods: { namespace, serviceAccount }, hidden, timeout, operations, ...(sticky ? { sticky } : {}) };
}

const resolveExternal = (name: string, { hosts, port, protocol }: ExternalSpec): External => ({ name, hosts, port, protocol });

function callersOf(services: ReadonlyMap<string, Service>): ReadonlyMap<string, readonly Call[]> {
  const callers = new Map<string, Call[]>();
  for (const { calls } of services.values()) for (const call of calls) kept(callers, call.to, () => []).push(call);
  return callers;
}

/** Each cycle of calls once, as `a → b → a`. Allowed, and worth knowing: a failure travels around it. */
export function cyclesOf({ services }: Mesh): readonly string[] {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const path: string[] = [];
  const visit = (name: string) => {
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open') {
      cycles.push([...path.slice(path.indexOf(name)), name].join(' → '));
      return;
    }
    state.set(name, 'open');
    path.push(name);
    for (const { to } of services.get(name)?.calls ?? []) visit(to);
    path.pop();
    state.set(name, 'done');
  };
  for (const name of services.keys()) visit(name);
  return cycles;
}

/** The topology, were these the weights of a service; versions that are not named get nothing. */
export function withWeights(mesh: Mesh, name: string, weights: ReadonlyMap<string, number>): Mesh {
  const service = mesh.services.get(name);
  if (!service) return mesh;
  const changed = { ...service, weights: service.versions.map((version) => ({ version, percent: weights.get(version) ?? 0 })) };
  return { ...mesh, services: new Map(mesh.services).set(name, changed) };
}

/** Any request that never reached a pod can be retried: up to two times, as Istio does by default. */
export const defaultRetries: Retries = { attempts: 2, on: ['connect-failure', 'refused-stream'] satisfies UnseenCondition[] };
const noRetries: Retries = { attempts: 0, on: [] };

/** The methods that a topology may name. */
export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'] as const;
/** https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const IDEMPOTENT = new Set<string>(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);
const HTTP_KEY = /^([A-Z]+(?:,[A-Z]+)*) (\/[^\s,]*(?:,\/[^\s,]*)*)$/;
const GRPC_KEY = /^([A-Za-z_][\w.]*)\/([A-Za-z_]\w*(?:,[A-Za-z_]\w*)*|\*)$/;

/** The operations of a call to a callee that speaks `protocol`; `where` names the call in errors. */
function operationsOf(where: string, protocol: Protocol, call: CallSpec): readonly Operations[] {
  if (protocol === 'tcp') return [];
  const timeout = call.timeout as Duration;
  const entries = Object.entries(call.methods ?? {});
  if (entries.length === 0) {
    const retries = retriesOf(call.retries);
    requireSafe(where, retries);
    return [{ name: 'all', methods: [], paths: [], idempotent: false, timeout, retries }];
  }
  const all = entries.map(([key, spec]) => ({ key, operations: oneOperation(`${where}, methods '${key}'`, protocol, key, spec, call) }));
  return uniquelyNamed(all.map(({ operations }) => operations));
}

function oneOperation(where: string, protocol: Protocol, key: string, spec: MethodsSpec, call: CallSpec): Operations {
  const { methods, paths, name } = protocol === 'grpc' ? grpcKey(where, key) : httpKey(where, key);
  const idempotent = spec.idempotent ?? (protocol === 'http' && methods.every((method) => IDEMPOTENT.has(method)));
  const retries = retriesOf(spec.retries ?? call.retries);
  if (!idempotent) requireSafe(where, retries);
  return { name, methods, paths, idempotent, timeout: (spec.timeout ?? call.timeout) as Duration, retries };
}

/** Whether sending a request again does no harm, whatever the request does. */
export const isSafeForAll = (conditions: readonly string[]): boolean => unsafeConditions(conditions).length === 0;

const unsafeConditions = (conditions: readonly string[]) =>
  conditions.filter((condition) => !(unseenConditions as readonly string[]).includes(condition));

function requireSafe(where: string, retries: Retries): void {
  if (isSafeForAll(retries.on)) return;
  throw new PlatformError(
    `${where}: it is retried on ${unsafeConditions(retries.on).join(', ')}, after the callee may have executed it, although it is not idempotent`,
    `name its methods and set idempotent: true where retries are safe, or retry only on ${unseenConditions.join(', ')}`,
  );
}

function httpKey(where: string, key: string): { methods: string[]; paths: string[]; name: string } {
  const [, verbs, list] = HTTP_KEY.exec(key) ?? [];
  const methods = verbs?.split(',') ?? [];
  const paths = list?.split(',') ?? [];
  const unknown = methods.find((method) => !(HTTP_METHODS as readonly string[]).includes(method));
  if (paths.length === 0 || unknown !== undefined || paths.some((path) => path.slice(0, -1).includes('*')))
    throw new PlatformError(
      `${where} is not understood`,
      "write HTTP methods and paths, such as 'GET,PUT /documents/*'; a star stands at the end of a path",
    );
  return { methods, paths, name: paths.map(nameOfPath).join('-') };
}

function grpcKey(where: string, key: string): { methods: string[]; paths: string[]; name: string } {
  const [, service, names] = GRPC_KEY.exec(key) ?? [];
  if (!service || !names)
    throw new PlatformError(
      `${where} is not understood`,
      "write a gRPC service and its methods, such as 'documents.v1.Documents/Get,List'",
    );
  const paths = names.split(',').map((name) => `/${service}/${name}`);
  return { methods: ['POST'], paths, name: names === '*' ? nameOfPath(`/${service}`) : names.toLowerCase().replaceAll(',', '-') };
}

/** `/documents/*` is `documents-any`; `/` is `root`. */
const nameOfPath = (path: string): string =>
  path
    .replace(/\*$/, '/any')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'root';

/** A number distinguishes operations of the same path: names of routes are unique. */
function uniquelyNamed(operations: readonly Operations[]): readonly Operations[] {
  const seen = new Map<string, number>();
  return operations.map((operation) => {
    const count = (seen.get(operation.name) ?? 0) + 1;
    seen.set(operation.name, count);
    return count === 1 ? operation : { ...operation, name: `${operation.name}-${count}` };
  });
}

function retriesOf(spec: RetriesSpec | undefined): Retries {
  if (!spec) return defaultRetries;
  if (spec.attempts === 0) return noRetries;
  return { attempts: spec.attempts, ...(spec.perTry ? { perTry: spec.perTry } : {}), on: spec.on ?? defaultRetries.on };
}
