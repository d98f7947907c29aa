import type { Cluster, Progress } from '@mesh-platform/kubernetes';
import type { Desired } from '../apply/plan.ts';
import type { LoadedEnvironment } from '../load/load-environment.ts';
import type { MeshObject } from '../object.ts';

/** The scope of the commands: one environment of a topology, and its cluster. */
export interface Place {
  readonly json: boolean;
  readonly progress: Progress;
  /** The file of the topology, which `split --save` writes. */
  readonly topologyFile: string;
  /** A URL of the gateway whose GET asks the services on its route; undefined where the gateway cannot be reached from here. */
  probeUrl?(): Promise<string | undefined>;
  environment(): Promise<LoadedEnvironment>;
  /** Every environment that `render` writes, with the folder of each. */
  rendered(): Promise<readonly { readonly loaded: LoadedEnvironment; readonly folder: string }[]>;
  cluster(): Promise<Cluster>;
  /** Objects as the cluster gets them, for example with its own images. */
  prepared(objects: readonly MeshObject[], cluster: Cluster): Promise<readonly MeshObject[]>;
}

/** The result that a command returns to the command line. */
export interface CommandResult {
  /** For standard output. */
  readonly output: string;
  /** 0: as it should be; 1: something is not; 3: `plan --detailed-exitcode` found differences, or a version was rolled back; 4: a rollout is undecided. */
  readonly exitCode: 0 | 1 | 3 | 4;
}

export const asJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** The cluster of a place, and what its topology declares there. */
export async function desiredIn(place: Place): Promise<{ readonly cluster: Cluster; readonly desired: Desired }> {
  const [{ environment, rendered }, cluster] = await Promise.all([place.environment(), place.cluster()]);
  const { name: topology, namespace } = environment.mesh;
  return { cluster, desired: { topology, namespace, objects: await place.prepared(rendered.objects, cluster) } };
}
