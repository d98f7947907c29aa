import type { PodRequest } from './addon-requests.ts';
import type { Allocatable } from './node-types.ts';
import type { Requests } from './requests.ts';

/** Nodes of one type with room for every pod, the largest placed first, each where it fits first. Throws for a pod that fits no empty node. */
export function nodesFor({ eachNode, pods }: Requests, node: Allocatable): number {
  const empty: Allocatable = {
    cpu: node.cpu - total(eachNode, 'cpu'),
    memory: node.memory - total(eachNode, 'memory'),
    pods: node.pods - eachNode.length,
  };
  const nodes: Allocatable[] = [];
  for (const pod of pods.toSorted((a, b) => b.cpu - a.cpu || b.memory - a.memory)) {
    const index = nodes.findIndex((free) => fits(pod, free));
    const free = nodes[index] ?? empty;
    if (!fits(pod, free)) throw new Error(`${pod.name} fits no node`);
    nodes[index < 0 ? nodes.length : index] = { cpu: free.cpu - pod.cpu, memory: free.memory - pod.memory, pods: free.pods - 1 };
  }
  return nodes.length;
}

const fits = (pod: PodRequest, free: Allocatable): boolean => pod.cpu <= free.cpu && pod.memory <= free.memory && free.pods > 0;

/** The sum of what pods ask for. */
export const total = (pods: readonly PodRequest[], resource: 'cpu' | 'memory'): number => pods.reduce((sum, pod) => sum + pod[resource], 0);
