import { GATEWAY } from '@mesh-platform/kubernetes';
import { TRUST_DOMAIN } from '../names.ts';
import type { Call, Entry, External, Mesh, Service, Weight } from './mesh.ts';
import { operationsOf } from './operations.ts';
import { type CallSpec, type EntrySpec, type ExternalSpec, entryOf, type MeshSpec, type ServiceSpec } from './spec.ts';
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

function resolveEntry(entry: EntrySpec, { services }: MeshSpec): Entry {
  const {
    to,
    hosts = [],
    pods: { namespace, serviceAccount } = GATEWAY,
    hidden = ['/metrics', '/healthz', '/readyz'],
    timeout = '15s',
    sticky,
  } = entry;
  const operations = operationsOf('the gateway', entryOf(services, to)?.protocol ?? 'http', { ...entry, timeout });
  return { to, hosts, pods: { namespace, serviceAccount }, hidden, timeout, operations, ...(sticky ? { sticky } : {}) };
}

const resolveExternal = (name: string, { hosts, port, protocol }: ExternalSpec): External => ({ name, hosts, port, protocol });

function callersOf(services: ReadonlyMap<string, Service>): ReadonlyMap<string, readonly Call[]> {
  const callers = new Map<string, Call[]>();
  for (const { calls } of services.values())
    for (const call of calls) {
      const known = callers.get(call.to);
      if (known) known.push(call);
      else callers.set(call.to, [call]);
    }
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
