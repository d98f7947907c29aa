import { isDeepStrictEqual } from 'node:util';
import { nameOf } from '@mesh-platform/kubernetes';
import { fields, text, texts } from '../model/fields.ts';
import { IDEMPOTENT_ROUTES, serviceNamed } from '../names.ts';
import { isIstio, type MeshObject, topologyOf } from '../object.ts';
import { policiesOf } from '../render/policies.ts';
import { isSafeForAll, resolveMesh } from '../topology/define-mesh.ts';
import type { MeshSpec, ServiceSpec } from '../topology/spec.ts';
import { type Given, givenObjects } from './given.ts';
import { readCalls } from './read-calls.ts';
import { readEntry } from './read-entry.ts';
import { type BareService, readExternals, readServices } from './read-services.ts';

/** A topology read off Istio's objects. */
export interface ImportedTopology {
  readonly spec: MeshSpec;
  /** A message for each setting of the objects that the rendered topology does not have. */
  readonly unread: readonly string[];
}

/** Reads the objects of one namespace into a topology. What `render` prints comes back equal. */
export function importTopology(objects: readonly MeshObject[]): ImportedTopology {
  const given = givenObjects(objects);
  const bare = readServices(given);
  const calls = readCalls(given, bare);
  const services = [...bare].map(([name, service]): [string, ServiceSpec] => {
    const own = calls.get(name) ?? {};
    return [name, Object.keys(own).length > 0 ? { ...service, calls: own } : service];
  });
  const gateway = readEntry(given, bare);
  const externals = readExternals(given);
  const spec: MeshSpec = {
    name: objects.map(topologyOf).find(Boolean) ?? given.namespace,
    namespace: given.namespace,
    ...(gateway ? { gateway } : {}),
    services: Object.fromEntries(services),
    ...(Object.keys(externals).length > 0 ? { externals } : {}),
    weights: readWeights(given, bare),
  };
  const istio = objects.filter(isIstio);
  return { spec, unread: [...unmarkedRetries(given), ...losses(istio, policiesOf({ mesh: resolveMesh(spec) }), given.namespace)] };
}

/** A topology marks idempotent requests. An annotation may mark them in YAML; without one, each retried route is reported. */
const unmarkedRetries = ({ inventory }: Given): readonly string[] =>
  inventory.routes
    .filter(({ name, retries, of }) => !of.idempotentRoutes.has(name ?? '') && !isSafeForAll(retries?.retryOn ?? []))
    .map(
      ({ name, of }) =>
        `${nameOf(of.object)}: route '${name ?? ''}' retries requests that the callee may have executed, and ${IDEMPOTENT_ROUTES} does not name it; check idempotent: true in the topology`,
    );

/** Weights as percents; those that add up to something else are scaled, as Istio does, and so are reported. */
function readWeights({ inventory, namespace }: Given, services: ReadonlyMap<string, BareService>): NonNullable<MeshSpec['weights']> {
  const weights: Record<string, Record<string, number>> = {};
  for (const { destinations } of inventory.virtualServices.flatMap(({ http, plain }) => [...http, ...plain])) {
    const name = serviceNamed(destinations[0]?.fullHost ?? '', namespace);
    const service = name === undefined ? undefined : services.get(name);
    const total = destinations.reduce((sum, { weight = 0 }) => sum + weight, 0);
    if (name === undefined || !service || service.versions.length < 2 || total === 0) continue;
    weights[name] ??= percentsOf(destinations.map(({ subset = '', weight = 0 }) => [subset, (weight * 100) / total]));
  }
  return weights;
}

/** Whole percents that add up to 100: what rounding leaves goes to the largest. */
function percentsOf(weights: readonly (readonly [string, number])[]): Record<string, number> {
  const rounded = weights.map(([version, percent]) => [version, Math.round(percent)] as const);
  const rest = 100 - rounded.reduce((sum, [, percent]) => sum + percent, 0);
  const largest = rounded.reduce((a, b) => (b[1] > a[1] ? b : a), rounded[0] ?? ['', 0]);
  return Object.fromEntries(rounded.map(([version, percent]) => [version, version === largest[0] ? percent + rest : percent]));
}

/** A message for each setting of an object that the rendered one does not have. Empty where the topology expresses all of them. */
export function losses(given: readonly MeshObject[], rendered: readonly MeshObject[], namespace: string): readonly string[] {
  const byName = new Map(rendered.map((object) => [`${object.kind} ${object.metadata?.name}`, object]));
  const byHost = new Map(rendered.map((object) => [hostKey(object, namespace), object]));
  return given.flatMap((object) => {
    const twin = byName.get(`${object.kind} ${object.metadata?.name}`) ?? byHost.get(hostKey(object, namespace) ?? '');
    if (!twin) return [`${nameOf(object)}: a topology has no such object; keep it as it is`];
    return differences('spec', object.spec, twin.spec).map((path) => `${nameOf(object)}: ${path} is not what the topology makes of it`);
  });
}

/** Objects of one kind for one service are about the same, however they are named. */
function hostKey({ kind, spec }: MeshObject, namespace: string): string | undefined {
  const { host, hosts, gateways } = fields(spec);
  const service = serviceNamed(text(host) ?? texts(hosts)[0] ?? '', namespace);
  return service ? `${kind} ${service} ${gateways ? 'entry' : 'mesh'}` : undefined;
}

/** The shallowest places that differ; a list that differs in length is one place. */
function differences(path: string, given: unknown, made: unknown): readonly string[] {
  if (isDeepStrictEqual(given, made)) return [];
  if (!isFields(given) || !isFields(made)) return [path];
  if (Array.isArray(given) !== Array.isArray(made) || (Array.isArray(given) && given.length !== (made as unknown as unknown[]).length))
    return [path];
  const keys = [...new Set([...Object.keys(given), ...Object.keys(made)])];
  return keys.flatMap((key) => differences(Array.isArray(given) ? `${path}[${key}]` : `${path}.${key}`, given[key], made[key]));
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
