import type { Inventory } from '../../../model/inventory.ts';
import { type Found, rule } from '../rule.ts';
import { destinationsOf } from './known-hosts.check.ts';

/** The ports of a host; undefined where nothing is known of them. */
function portsOf(host: string, from: string, inventory: Inventory): readonly number[] | undefined {
  const hosts = inventory.hostsNamed(host, from);
  return hosts.some(({ ports }) => ports.length > 0) ? hosts.flatMap(({ ports }) => ports.map(({ number }) => number)) : undefined;
}

function finding(at: Found['at'], path: string, host: string, port: number | undefined, inventory: Inventory): readonly Found[] {
  const ports = portsOf(host, at.namespace, inventory);
  if (port === undefined || ports === undefined || ports.includes(port)) return [];
  return [{ at, path, message: `${host} has no port ${port}, only ${ports.join(', ')}` }];
}

export const knownPorts = rule({
  code: 'MESH209',
  title: 'every port is one of the Service',
  otherwise: 'requests are answered with 503, or the rule never applies',
  hint: "name the Service's port; it maps it to the port of the pods itself",
  find: (inventory) => [
    ...inventory.virtualServices.flatMap((at) =>
      destinationsOf(at).flatMap(({ fullHost, port, path }) => finding(at, path, fullHost, port, inventory)),
    ),
    ...inventory.destinationRules.flatMap((at) =>
      [...at.policies, ...at.subsets.flatMap(({ policies }) => policies)].flatMap(({ port, path }) =>
        finding(at, path, at.host, port, inventory),
      ),
    ),
  ],
});
