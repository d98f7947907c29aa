import { stringMatches } from '../../../model/string-match.ts';
import type { HttpMatch, HttpRoute } from '../../../model/virtual-services.ts';
import { MESH_GATEWAY, serviceOf } from '../../../names.ts';
import type { Mesh, Operations } from '../../../topology/mesh.ts';

/** Whether the topology marks every operation that a route serves as idempotent. */
export function idempotentOperation(route: HttpRoute, mesh: Mesh): boolean {
  const declared = declaredOf(route, mesh);
  const matches = route.matches.length > 0 ? route.matches : [undefined];
  return matches.every((match) => {
    const caller = match?.sourceLabels.get('app');
    const meant = declared
      .filter(({ from }) => caller === undefined || from === caller)
      .flatMap(({ operations }) => operations)
      .filter((operation) => mayMean(match, operation));
    return meant.length > 0 && meant.every(({ idempotent }) => idempotent);
  });
}

interface Declared {
  /** Undefined for the gateway. */
  readonly from?: string;
  readonly operations: readonly Operations[];
}

/** The declared operations of a route's callees: those of services inside the mesh, and those of the gateway. */
function declaredOf({ destinations, of }: HttpRoute, mesh: Mesh): readonly Declared[] {
  return destinations.flatMap(({ fullHost }): readonly Declared[] => {
    const name = serviceOf(mesh, fullHost);
    if (name === undefined) return [];
    const ofServices = of.gateways.includes(MESH_GATEWAY) ? (mesh.callersOf.get(name) ?? []) : [];
    const atTheEdge = mesh.gateway?.to === name && of.gateways.some((gateway) => gateway !== MESH_GATEWAY);
    return atTheEdge && mesh.gateway ? [...ofServices, { operations: mesh.gateway.operations }] : ofServices;
  });
}

/** Whether a request of an operation can satisfy a match, judged by method and path. */
function mayMean(match: HttpMatch | undefined, { methods, paths }: Operations): boolean {
  const { method, uri } = match ?? {};
  const byMethod = !method || methods.length === 0 || methods.some((one) => stringMatches(method, one));
  const byPath =
    !uri ||
    paths.length === 0 ||
    paths.some((path) => (path.endsWith('*') ? overlaps(uri.value, path.slice(0, -1)) || uri.kind === 'regex' : stringMatches(uri, path)));
  return byMethod && byPath;
}

const overlaps = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);
