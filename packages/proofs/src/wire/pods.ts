import { type Cluster, isTerminating, type Pod } from '@mesh-platform/kubernetes';
import type { Environment } from '@mesh-platform/mesh';

/** A listening address of a pod of the platform. */
export interface Address {
  readonly service: string;
  readonly host: string;
  readonly port: number;
}

/** Every port that the containers of the platform's services declare, their proxies' own left out. */
export async function addressesOf(cluster: Cluster, { mesh }: Environment): Promise<readonly Address[]> {
  const names = [...mesh.services.keys()];
  const pods = await cluster.list<Pod>('v1', 'Pod', mesh.namespace, `app in (${names.join(', ')})`);
  return pods
    .filter((pod) => !isTerminating(pod))
    .flatMap(({ metadata, spec, status }) =>
      (spec?.containers ?? [])
        .flatMap(({ ports = [] }) => ports)
        .filter(({ containerPort }) => containerPort < 15_000)
        .map(({ containerPort }) => ({ service: metadata?.labels?.app ?? '', host: status?.podIP ?? '', port: containerPort })),
    );
}

/** The name of a service that every proxy knows it by. */
export const hostOf = ({ mesh }: Environment, service: string): string => `${service}.${mesh.namespace}.svc.cluster.local`;

/** The SPIFFE identity of a service's pods. */
export const identityOf = ({ mesh }: Environment, service: string): string =>
  `spiffe://${mesh.trustDomain}/ns/${mesh.namespace}/sa/${service}`;
