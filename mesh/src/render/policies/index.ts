import type { IstioPolicy } from '../../kinds.ts';
import type { Environment } from '../../topology/environment.ts';
import { allowCallers, denyAll } from './authorization-policy.ts';
import { serviceDestinationRule } from './destination-rule.ts';
import { ingressGateway } from './gateway.ts';
import { strictMutualTls } from './peer-authentication.ts';
import { externalServiceEntry } from './service-entry.ts';
import { defaultSidecar, serviceSidecar } from './sidecar.ts';
import { accessLogTelemetry } from './telemetry.ts';
import { gatewayVirtualService, serviceVirtualService } from './virtual-service.ts';

/** Every Istio object of a mesh in an environment. */
export function policiesOf({ mesh, tls }: Pick<Environment, 'mesh' | 'tls'>): readonly IstioPolicy[] {
  const { gateway: entry } = mesh;
  const services = [...mesh.services.values()];
  const entered = entry && mesh.services.get(entry.to);
  return [
    strictMutualTls(mesh),
    denyAll(mesh),
    defaultSidecar(mesh),
    accessLogTelemetry(mesh),
    ...services.flatMap((service) => [
      allowCallers(mesh, service),
      serviceSidecar(mesh, service),
      serviceDestinationRule(mesh, service),
      serviceVirtualService(mesh, service),
    ]),
    ...[...mesh.externals.values()].map((external) => externalServiceEntry(mesh, external)),
    ...(entry && entered ? [ingressGateway(mesh, entry, tls), gatewayVirtualService(mesh, entry, entered)] : []),
  ].filter((object) => object !== undefined);
}
