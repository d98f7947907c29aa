import { kept } from '../kept.ts';
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

/** What is under the policies of an inventory, by namespace and selector, since many policies mostly share them. */
const known = new WeakMap<Inventory, Map<string, Under>>();

interface Under {
  readonly hosts: ReadonlyMap<Host, Workload | undefined>;
  readonly ports: readonly PolicyPort[];
}

function under(policy: Selecting, inventory: Inventory): Under {
  const ofInventory = kept(known, inventory, () => new Map<string, Under>());
  return kept(ofInventory, JSON.stringify([policy.namespace, ...policy.selector]), () => {
    const hosts = hostsOf(policy, inventory);
    const portsOf = (host: Host, pod: Workload | undefined) =>
      host.ports.map((port) => ({ host, port, ...given({ podPort: podPortOf(port, pod) }) }));
    return { hosts, ports: [...hosts].flatMap(([host, pod]) => portsOf(host, pod)) };
  });
}

function hostsOf({ namespace, selector }: Selecting, inventory: Inventory): Under['hosts'] {
  const pods = inventory.podsOf(namespace, selector);
  const found = new Map<Host, Workload | undefined>();
  for (const pod of pods) for (const host of inventory.servicesOf(pod)) found.set(host, pod);
  if (pods.length > 0) return found;
  for (const host of inventory.hosts)
    if (host.namespace === namespace && host.selector && covers(selector, host.selector)) found.set(host, undefined);
  return found;
}

/** The Services whose pods a policy of a namespace selects; where no object runs the pods, those whose selector asks for as much. */
export const hostsUnder = (policy: Selecting, inventory: Inventory): Under['hosts'] => under(policy, inventory).hosts;

/** The ports of those Services. */
export const portsUnder = (policy: Selecting, inventory: Inventory): readonly PolicyPort[] => under(policy, inventory).ports;

/** The number of the pods' port behind a Service's port. */
export function podPortOf({ targetPort }: HostPort, pod: Workload | undefined): number | undefined {
  if (pod) return targetPortOf(pod, targetPort);
  return typeof targetPort === 'number' ? targetPort : undefined;
}
