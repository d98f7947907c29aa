import { given, type Labels } from './fields.ts';
import type { Inventory } from './inventory.ts';
import { covers } from './selection.ts';
import type { Host, HostPort } from './services.ts';
import { targetPortOf, type Workload } from './workloads.ts';

/** A port of a Service whose pods a policy selects. */
export interface PolicyPort {
  readonly host: Host;
  readonly port: HostPort;
  /** Of the pods; undefined where only its name is known. */
  readonly podPort?: number;
}

interface Selecting {
  readonly namespace: string;
  readonly selector: Labels;
}

/** The Services whose pods a policy of a namespace selects; where no object runs the pods, those whose selector asks for as much. */
export function hostsUnder({ namespace, selector }: Selecting, inventory: Inventory): ReadonlyMap<Host, Workload | undefined> {
  const pods = inventory.podsOf(namespace, selector);
  const found = new Map<Host, Workload | undefined>();
  for (const pod of pods) for (const host of inventory.servicesOf(pod)) found.set(host, pod);
  if (pods.length > 0) return found;
  for (const host of inventory.hosts)
    if (host.namespace === namespace && host.selector && covers(selector, host.selector)) found.set(host, undefined);
  return found;
}

export function portsUnder(policy: Selecting, inventory: Inventory): readonly PolicyPort[] {
  return [...hostsUnder(policy, inventory)].flatMap(([host, pod]) =>
    host.ports.map((port) => ({ host, port, ...given({ podPort: podPortOf(port, pod) }) })),
  );
}

/** The number of the pods' port behind a Service's port. */
export function podPortOf({ targetPort }: HostPort, pod: Workload | undefined): number | undefined {
  if (pod) return targetPortOf(pod, targetPort);
  return typeof targetPort === 'number' ? targetPort : undefined;
}
