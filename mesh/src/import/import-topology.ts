import { nameOf } from '@mesh-platform/kubernetes';
import { IDEMPOTENT_ROUTES } from '../names.ts';
import { type MeshObject, topologyOf } from '../object.ts';
import { isSafeForAll } from '../topology/define-mesh.ts';
import type { MeshSpec, ServiceSpec } from '../topology/spec.ts';
import { type Given, givenObjects } from './given.ts';
import { lossesOf } from './losses.ts';
import { readCalls } from './read-calls.ts';
import { readEntry } from './read-entry.ts';
import { readExternals, readServices } from './read-services.ts';
import { readWeights } from './read-weights.ts';

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
  return { spec, unread: [...unmarkedRetries(given), ...lossesOf(given, spec)] };
}

/** A topology marks idempotent requests. An annotation may mark them in YAML; without one, each retried route is reported. */
const unmarkedRetries = ({ inventory }: Given): readonly string[] =>
  inventory.routes
    .filter(({ name, retries, of }) => !of.idempotentRoutes.has(name ?? '') && !isSafeForAll(retries?.retryOn ?? []))
    .map(
      ({ name, of }) =>
        `${nameOf(of.object)}: route '${name ?? ''}' retries requests that the callee may have executed, and ${IDEMPOTENT_ROUTES} does not name it; check idempotent: true in the topology`,
    );
