import { PlatformError } from '@mesh-platform/kubernetes';

/** What pods may ask for on a node. vCPU in thousandths, memory in MiB. */
export interface Allocatable {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

/** Per instance type: vCPU, GiB, and the pods that its network interfaces have addresses for (amazon-eks-ami, eni-max-pods.txt). */
const TYPES: Readonly<Record<string, { readonly cpu: number; readonly gib: number; readonly pods: number }>> = {
  'm6i.large': { cpu: 2, gib: 8, pods: 29 },
  'm7g.large': { cpu: 2, gib: 8, pods: 29 },
  'm7i.large': { cpu: 2, gib: 8, pods: 29 },
  'm8g.large': { cpu: 2, gib: 8, pods: 29 },
};

/** The kernel's and the hypervisor's part of the memory that a type is sold with. */
const USABLE_MEMORY = 0.95;
const EVICTION_MIB = 100;

/**
 * What EKS leaves to pods: it keeps 6 % of the first processor, 1 % of the second, 0.5 % of the next two and 0.25 % of each further one,
 * and 255 MiB and 11 MiB a pod (amazon-eks-ami, nodeadm). Throws a PlatformError for a type that is not listed here.
 */
export function allocatable(type: string): Allocatable {
  const found = TYPES[type];
  if (!found) throw new PlatformError(`the instance type ${type} is not known`, 'add it to packages/infra/src/capacity/node-types.ts');
  const reserved = Array.from({ length: found.cpu }, (_, index) => [60, 10, 5, 5][index] ?? 2.5).reduce((sum, part) => sum + part, 0);
  return {
    cpu: found.cpu * 1000 - reserved,
    memory: Math.floor(found.gib * 1024 * USABLE_MEMORY - 255 - 11 * found.pods - EVICTION_MIB),
    pods: found.pods,
  };
}
