import { isIstio, type MeshObject, topologyOf } from '../object.ts';

/** Records the weights that `split` set in a running VirtualService: `preview v1=50 v2=50`. */
export const SPLIT_ANNOTATION = 'mesh.platform/split';

/** Every object of a topology. */
export interface Desired {
  /** The topology's name: two in a cluster never prune each other. */
  readonly topology: string;
  readonly namespace: string;
  readonly objects: readonly MeshObject[];
  /** Only what Istio reads is applied and pruned: the workloads are deployed by another. */
  readonly policiesOnly?: boolean;
}

/** The Istio objects of a topology; another tool deploys the workloads. */
export const policiesIn = (desired: Desired): Desired => ({ ...desired, objects: desired.objects.filter(isIstio), policiesOnly: true });

const RUN_ID = 'skaffold.dev/run-id';

/** Whether `apply` may delete the object: only skaffold deletes what skaffold deployed. */
export const isPrunable = (live: MeshObject, { policiesOnly = false }: Pick<Desired, 'policiesOnly'>): boolean =>
  !live.metadata?.labels?.[RUN_ID] && (isIstio(live) || !policiesOnly);

/** The other topology that the object belongs to. */
export function foreignTopology(object: MeshObject, topology: string): string | undefined {
  const owner = topologyOf(object);
  return owner !== topology ? owner : undefined;
}

/** Changes made with kubectl are drift, which `apply` reverts; any other manager keeps the fields that it owns. */
export const isKubectl = (manager: string): boolean => manager.startsWith('kubectl');
