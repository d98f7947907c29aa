import type { Cluster, Progress } from '@mesh-platform/kubernetes';
import type { LoadedEnvironment } from '../load/load-environment.ts';
import type { MeshObject } from '../object.ts';

/** The scope of the commands: one environment of a topology, and its cluster. */
export interface Place {
  readonly json: boolean;
  readonly progress: Progress;
  /** The file of the topology, which `split --save` writes. */
  readonly topologyFile: string;
  environment(): Promise<LoadedEnvironment>;
  /** Every environment that `render` writes, with the folder of each. */
  rendered(): Promise<readonly { readonly loaded: LoadedEnvironment; readonly folder: string }[]>;
  cluster(): Promise<Cluster>;
  /** Objects as the cluster gets them, for example with its own images. */
  prepared(objects: readonly MeshObject[], cluster: Cluster): Promise<readonly MeshObject[]>;
}
