import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import type { Inventory } from '../../../model/inventory.ts';
import { isHttp, protocolOfAppProtocol, protocolOfName } from '../../../model/protocol.ts';
import type { Host } from '../../../model/services.ts';
import { destinationsOf } from '../../../model/virtual-services.ts';
import { type Found, rule } from '../rule.ts';

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

/** Ports whose name states another protocol than their `appProtocol`, which decides. */
const misnamed = (at: Host): readonly Found[] =>
  at.ports.flatMap(({ name, appProtocol, path }) => {
    const byName = protocolOfName(name);
    const byAppProtocol = appProtocol === undefined ? undefined : protocolOfAppProtocol(appProtocol);
    if (byName === undefined || byAppProtocol === undefined || isHttp(byName) === isHttp(byAppProtocol)) return [];
    return {
      at,
      path: `${path}.appProtocol`,
      message: `its name ${name} means ${byName}, but its appProtocol ${appProtocol}, which takes precedence, means ${byAppProtocol}`,
      hint: 'set both to the same protocol',
    };
  });

export const portNames = rule({
  code: 'MESH401',
  title: 'the name of a port states its protocol',
  otherwise: 'the proxy guesses the protocol, and ignores HTTP policies where it guesses TCP',
  hint: 'call it http-…, http2-…, grpc-…, tcp-… or tls-…, such as tcp-postgres; or give it an appProtocol',
  styleOnly: true,
  find: (inventory, mesh) => {
    const routed = new Set(inventory.virtualServices.flatMap((one) => destinationsOf(one).map(({ fullHost }) => fullHost)));
    const services = inventory.hosts.filter(({ isService }) => isService);
    const unnamed = services
      .filter((host) => mesh !== undefined || hasPolicies(host, routed, inventory))
      .flatMap((at) =>
        at.ports
          .filter(({ protocol, number }) => protocol === undefined && (number < FIRST_OF_ISTIO || number > LAST_OF_ISTIO))
          .map(({ name, number, appProtocol, path }) => ({
            at,
            path: appProtocol === undefined ? `${path}.name` : `${path}.appProtocol`,
            message: `the port ${number} ${name || appProtocol ? `is called ${appProtocol ?? name}` : 'has no name'}, which does not state the protocol`,
          })),
      );
    return [...unnamed, ...services.flatMap(misnamed)];
  },
});
