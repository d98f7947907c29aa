import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import type { Inventory } from '../../../model/inventory.ts';
import type { Host } from '../../../model/services.ts';
import { rule } from '../rule.ts';
import { destinationsOf } from '../traffic/references.check.ts';

/** The ports of Istio's own proxy and agent begin here. https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio */
const FIRST_OF_ISTIO = 15_000;
const LAST_OF_ISTIO = 15_099;

/** Hosts that routes, destination rules or authorization policies speak of. */
function hasPolicies(host: Host, routed: ReadonlySet<string>, inventory: Inventory): boolean {
  const named = host.hosts.some((name) => routed.has(name) || inventory.rulesFor(name, host.namespace).some((one) => one.host === name));
  const guarded = inventory
    .podsOrSelector(host)
    .some((pod) => inventory.policiesOn(pod).some(({ namespace }) => namespace !== ISTIO_NAMESPACE));
  return named || guarded;
}

export const portNames = rule({
  code: 'MESH401',
  title: 'the name of a port states its protocol',
  otherwise: 'the proxy guesses the protocol, and ignores HTTP policies where it guesses TCP',
  hint: 'call it http-…, http2-…, grpc-…, tcp-… or tls-…, such as tcp-postgres; or give it an appProtocol',
  find: (inventory, mesh) => {
    const routed = new Set(inventory.virtualServices.flatMap((one) => destinationsOf(one).map(({ fullHost }) => fullHost)));
    return inventory.hosts
      .filter((host) => host.isService && (mesh !== undefined || hasPolicies(host, routed, inventory)))
      .flatMap((at) =>
        at.ports
          .filter(({ protocol, number }) => protocol === undefined && (number < FIRST_OF_ISTIO || number > LAST_OF_ISTIO))
          .map(({ name, number, appProtocol, path }) => ({
            at,
            path: appProtocol === undefined ? `${path}.name` : `${path}.appProtocol`,
            message: `the port ${number} ${name || appProtocol ? `is called ${appProtocol ?? name}` : 'has no name'}, which does not state the protocol`,
          })),
      );
  },
});
