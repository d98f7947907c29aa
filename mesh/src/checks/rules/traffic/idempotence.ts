import { stringMatches } from '../../../inventory/string-match.ts';
import { serviceHost } from '../../../inventory/hosts.ts';
import type { HttpMatch, HttpRoute } from '../../../inventory/virtual-services.ts';
import type { Mesh, Operations } from '../../../topology/mesh.ts';

/** Whether the topology says of everything that takes a route that it is safe to repeat. */
export function idempotentOperation(route: HttpRoute, mesh: Mesh): boolean {
  const operations = operationsTo(route, mesh);
  if (operations.length === 0) return false;
  const matches = route.matches.length > 0 ? route.matches : [undefined];
  return matches.every((match) => {
    const meant = operations.filter((operation) => mayMean(match, operation));
    return meant.length > 0 && meant.every(({ idempotent }) => idempotent);
  });
}

function operationsTo({ destinations }: HttpRoute, mesh: Mesh): readonly Operations[] {
  return destinations.flatMap(({ fullHost }) => {
    const name = [...mesh.services.keys(), ...mesh.externals.keys()].find((one) => serviceHost(one, mesh.namespace) === fullHost);
    if (name === undefined) return [];
    const ofGateway = mesh.gateway?.to === name ? mesh.gateway.operations : [];
    return [...(mesh.callersOf.get(name) ?? []).flatMap(({ operations }) => operations), ...ofGateway];
  });
}

/** Whether a request of an operation can meet a match, as far as method and path say. */
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
