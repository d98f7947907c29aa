import { environmentVariables } from '../cost/variables.ts';
import { allocatable } from './node-types.ts';
import { nodesFor, total } from './packing.ts';
import { requestsOf } from './requests.ts';

/** The nodes of an environment: those that its pods' requests need, and those that its node groups never go below. */
export interface NodeFit {
  readonly environment: string;
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
  readonly needed: number;
  readonly minimum: number;
}

/** Compares the requests of the rendered pods with the nodes of live/ENVIRONMENT, each node taken for the smallest of its types. */
export async function nodeFit(environment: string): Promise<NodeFit> {
  const requests = await requestsOf(`eks-${environment}`);
  const groups = Object.values((await environmentVariables(environment)).cluster.node_groups);
  const types = groups.flatMap(({ instance_types }) => instance_types.map(allocatable));
  const smallest = types.reduce((least, type) => ({
    cpu: Math.min(least.cpu, type.cpu),
    memory: Math.min(least.memory, type.memory),
    pods: Math.min(least.pods, type.pods),
  }));
  return {
    environment,
    cpu: total(requests.pods, 'cpu'),
    memory: total(requests.pods, 'memory'),
    pods: requests.pods.length,
    needed: nodesFor(requests, smallest),
    minimum: groups.reduce((sum, { minimum }) => sum + minimum, 0),
  };
}

/** What each environment's pods ask for at their least replicas, and the nodes for them, as Markdown. */
export async function requestTable(): Promise<string> {
  const fits = await Promise.all(['dev', 'prod'].map((environment) => nodeFit(environment)));
  const rows = fits.map(
    ({ environment, pods, cpu, memory, needed, minimum }) =>
      `| ${environment} | ${pods} | ${(cpu / 1000).toFixed(2)} | ${Math.ceil(memory)} | ${needed} | ${minimum} |`,
  );
  return [
    '| environment | pods | vCPU requested | MiB requested | nodes needed | nodes at least |',
    '|---|---:|---:|---:|---:|---:|',
    ...rows,
  ].join('\n');
}
