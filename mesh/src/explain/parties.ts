import { GATEWAY, nameOf, UsageError } from '@mesh-platform/kubernetes';
import type { Identity } from '../model/authorization.ts';
import type { Gateway } from '../model/gateways.ts';
import type { Inventory, Pods } from '../model/inventory.ts';
import { covers } from '../model/selection.ts';
import type { Host, HostPort } from '../model/services.ts';
import { hostOf, TRUST_DOMAIN } from '../names.ts';
import { leadsTo } from './choose-route.ts';
import type { ExplainRequest } from './explanation.ts';

/** The caller: pods of a service, or a gateway. */
export interface Caller {
  readonly name: string;
  readonly pods: Pods;
  readonly identity: Identity;
  readonly gateway?: Gateway;
}

/** The caller and the callee of a request. Throws a UsageError where there is no such service, or more than one. */
export function partiesOf(
  { from, to, trustDomain = TRUST_DOMAIN }: Pick<ExplainRequest, 'from' | 'to' | 'trustDomain'>,
  inventory: Inventory,
): { readonly caller: Caller; readonly host: Host } {
  const caller = callerNamed(from, trustDomain, inventory);
  const host = calleeNamed(to, caller, inventory);
  return { caller: caller.gateway ? gatewayOf(trustDomain, inventory, host) : caller, host };
}

function callerNamed(name: string, trustDomain: string, inventory: Inventory): Caller {
  if (name === 'gateway') return gatewayOf(trustDomain, inventory);
  const host = serviceNamed(name, undefined, inventory);
  const [pods] = inventory.podsOrSelector(host);
  if (!pods)
    throw new UsageError(`${nameOf(host.object)} selects no pods, so nothing calls from it`, 'name a service that runs in the mesh');
  const serviceAccount = pods.workload?.serviceAccount ?? host.name;
  return { name: host.name, pods, identity: { trustDomain, namespace: host.namespace, serviceAccount } };
}

/** The gateway that has a route to a service; where none has one, the first. */
function gatewayOf(trustDomain: string, inventory: Inventory, to?: Host): Caller {
  const all = [...inventory.gateways.values()];
  const gateway = all.find((one) => to && leadsTo(to, one, inventory)) ?? all[0];
  if (!gateway) throw new UsageError('there is no Gateway', 'name a service instead, or give the topology a gateway');
  const workload = inventory.workloads.find(({ labels }) => gateway.selector.size > 0 && covers(gateway.selector, labels));
  const namespace = workload?.namespace ?? GATEWAY.namespace;
  return {
    name: 'gateway',
    pods: { namespace, labels: gateway.selector, ...(workload ? { workload } : {}) },
    identity: { trustDomain, namespace, serviceAccount: workload?.serviceAccount ?? GATEWAY.serviceAccount },
    gateway,
  };
}

/** A Service by its name, or anything by its full name. */
function calleeNamed(name: string, caller: Caller, inventory: Inventory): Host {
  const [exact] = inventory.hostsNamed(name, caller.pods.namespace);
  return exact ?? serviceNamed(name, caller.pods.namespace, inventory);
}

function serviceNamed(written: string, preferred: string | undefined, inventory: Inventory): Host {
  const [name = '', namespace] = written.split('/').toReversed();
  const all = inventory.hosts.filter((host) => host.name === name && (namespace === undefined || host.namespace === namespace));
  const near = all.find((host) => host.hosts.includes(hostOf({ namespace: preferred ?? '' }, name)));
  const [only, second] = near ? [near] : all;
  if (!only) {
    const known = inventory.hosts.map((host) => host.name).sort();
    throw new UsageError(`there is no service ${written}`, `name one of ${known.slice(0, 20).join(', ')}${known.length > 20 ? ' …' : ''}`);
  }
  if (second)
    throw new UsageError(
      `there are services ${name} in ${only.namespace} and ${second.namespace}`,
      `name one of them: ${only.namespace}/${name}`,
    );
  return only;
}

/** The port that is asked for. Throws a UsageError where the callee has none of that number. */
export function portOf(host: Host, number: number | undefined): HostPort {
  const port = number === undefined ? host.ports[0] : host.ports.find((one) => one.number === number);
  if (port) return port;
  const known = host.ports.map((one) => one.number).join(', ') || 'none';
  throw new UsageError(`${nameOf(host.object)} has no port${number === undefined ? '' : ` ${number}`}`, `its ports: ${known}`);
}
