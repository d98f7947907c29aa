import type { AuthorizationPolicy, DestinationRule, Gateway, ServiceEntry, Sidecar, VirtualService } from '../kinds.ts';
import type { MeshObject } from '../object.ts';

interface KubernetesService extends MeshObject {
  readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port: number; readonly appProtocol?: string }[] };
}

/** The objects of one namespace, by kind. Their fields are not validated here: run `mesh check` first. */
export interface Given {
  readonly namespace: string;
  readonly objects: readonly MeshObject[];
  readonly services: readonly KubernetesService[];
  readonly stateful: ReadonlySet<string>;
  readonly policies: readonly AuthorizationPolicy[];
  readonly rules: readonly DestinationRule[];
  readonly routes: readonly VirtualService[];
  readonly gateways: readonly Gateway[];
  readonly entries: readonly ServiceEntry[];
  readonly sidecars: readonly Sidecar[];
}

/** Sorts objects by kind; those of a namespace that only a few have are left to be reported. */
export function givenObjects(objects: readonly MeshObject[]): Given {
  const namespace = mostFrequent(objects.map(({ metadata }) => metadata?.namespace ?? '').filter(Boolean)) ?? 'default';
  const own = objects.filter(({ metadata }) => metadata?.namespace === namespace);
  const of = <T>(kind: string): readonly T[] => own.filter((object) => object.kind === kind) as unknown as readonly T[];
  return {
    namespace,
    objects,
    services: of<KubernetesService>('Service'),
    stateful: new Set(of<MeshObject>('StatefulSet').map(({ metadata }) => metadata?.name ?? '')),
    policies: of('AuthorizationPolicy'),
    rules: of('DestinationRule'),
    routes: of('VirtualService'),
    gateways: of('Gateway'),
    entries: of('ServiceEntry'),
    sidecars: of('Sidecar'),
  };
}

function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
