import type { IstioPolicy } from '../kinds.ts';
import type { Environment } from '../topology/environment.ts';
import { allowCallers, denyAll } from './authorization-policy.ts';
import { reachService } from './destination-rule.ts';
import { listen } from './gateway.ts';
import { strictMutualTls } from './peer-authentication.ts';
import { knowExternal } from './service-entry.ts';
import { knowCallees, knowNobody } from './sidecar.ts';
import { logRequests } from './telemetry.ts';
import { routeCalls, routeEntry } from './virtual-service.ts';

/** Every Istio object of a mesh in an environment. */
export function policiesOf({ mesh, tls }: Pick<Environment, 'mesh' | 'tls'>): readonly IstioPolicy[] {
  const { gateway: entry } = mesh;
  const services = [...mesh.services.values()];
  const entered = entry && mesh.services.get(entry.to);
  return [
    strictMutualTls(mesh),
    denyAll(mesh),
    knowNobody(mesh),
    logRequests(mesh),
    ...services.flatMap((service) => [
      allowCallers(mesh, service),
      knowCallees(mesh, service),
      reachService(mesh, service),
      routeCalls(mesh, service),
    ]),
    ...[...mesh.externals.values()].map((external) => knowExternal(mesh, external)),
    ...(entry && entered ? [listen(mesh, entry, tls), routeEntry(mesh, entry, entered)] : []),
  ].filter((object) => object !== undefined);
}
