import { type Sidecar, sidecar } from '../../kinds.ts';
import { hostOf } from '../../names.ts';
import type { Mesh, Service } from '../../topology/mesh.ts';

const NOTHING = '~/*';

/** A workload that the topology does not declare gets a proxy without any host. */
export const defaultSidecar = ({ namespace }: Mesh): Sidecar =>
  sidecar({ name: 'default', namespace }, { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: [NOTHING] }] });

/** A proxy knows the services that its own one calls, and nothing else. */
export function serviceSidecar(mesh: Mesh, { name, calls }: Service): Sidecar {
  const hosts = calls.flatMap(({ to }) => mesh.externals.get(to)?.hosts ?? [hostOf(mesh, to)]).map((host) => `./${host}`);
  return sidecar(
    { name, namespace: mesh.namespace },
    {
      workloadSelector: { labels: { app: name } },
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      egress: [{ hosts: hosts.length > 0 ? hosts : [NOTHING] }],
    },
  );
}
