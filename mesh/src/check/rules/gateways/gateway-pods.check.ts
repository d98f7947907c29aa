import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { kept } from '../../../kept.ts';
import type { Gateway } from '../../../model/gateways.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { looksLikeGateway } from '../../../model/proxies.ts';
import { covers, describeSelector } from '../../../model/selection.ts';
import type { VirtualService } from '../../../model/virtual-services.ts';
import { targetPortOf, type Workload } from '../../../model/workloads.ts';
import { type Findings, type Found, rule } from '../rule.ts';

const DIRECTION = /ingress|egress|eastwest/;

/** Whether a Gateway was perhaps written for a workload: it asks for labels that the workload has with other values, and not for the other direction. */
function isMeant({ selector }: Gateway, { labels }: Workload): boolean {
  const keys = [...selector.keys()];
  const [wanted, given] = [selector, labels].map((one) => DIRECTION.exec(keys.map((key) => one.get(key) ?? '').join())?.[0]);
  return keys.every((key) => labels.has(key)) && (wanted === undefined || given === undefined || wanted === given);
}

export const gatewayPods = rule({
  code: 'MESH225',
  title: 'the selector of a Gateway means pods',
  otherwise: 'no proxy serves it',
  hint: "write the labels of the gateway's pods",
  find: (inventory) => {
    // where the files have no gateway that waits for a Gateway, its pods may be in other files
    const unused = inventory.workloads.filter((pod) => looksLikeGateway(pod) && !inventory.gatewayPods.areSelected(pod.labels));
    return [...inventory.gateways.values()].flatMap((at): Findings => {
      const isServed = at.selector.size === 0 || unused.length === 0 || inventory.gatewayPods.podsOf(at).length > 0;
      const pod = isServed ? undefined : unused.find((one) => isMeant(at, one));
      if (!pod) return [];
      return {
        at,
        path: 'spec.selector',
        message: `no pod has the labels ${describeSelector(at.selector)}`,
        hint: `write labels of ${pod.object.kind} ${pod.namespace}/${pod.name}: ${describeSelector(pod.labels)}`,
      };
    });
  },
});

/** The ports that Services open to pods, as Services call them and as pods do; none where a pod opens every port of its node. */
const openPorts = (pods: readonly Workload[], inventory: Inventory): ReadonlySet<number> =>
  new Set(
    (pods.some(({ hostNetwork }) => hostNetwork) ? [] : pods).flatMap((pod) =>
      inventory
        .servicesOf(pod)
        .filter(({ isService }) => isService)
        .flatMap(({ ports }) => ports.flatMap(({ number, targetPort }) => [number, targetPortOf(pod, targetPort) ?? number])),
    ),
  );

export const gatewayPorts = rule({
  code: 'MESH226',
  title: 'the Service of a gateway opens the ports of its Gateways',
  otherwise: 'no connection reaches the gateway at that port',
  hint: 'add the port to the Service, or write one that it has',
  find: (inventory) => {
    const openOf = new Map<readonly Workload[], ReadonlySet<number>>();
    return [...inventory.gateways.values()].flatMap((at) => {
      const pods = inventory.gatewayPods.podsOf(at);
      const open = kept(openOf, pods, () => openPorts(pods, inventory));
      if (open.size === 0) return [];
      return at.servers
        .filter(({ port }) => !open.has(port))
        .map(({ port, path }) => ({
          at,
          path: `${path}.port`,
          message: `the Service of the gateway opens ${[...open].join(', ')}, and not ${port}`,
        }));
    });
  },
});

/** A credential that is no Secret of the gateway's namespace: one with a scheme or with a namespace of its own. */
const isElsewhere = (credential: string): boolean => /[/:]/.test(credential);

function missingSecrets(at: Gateway, inventory: Inventory): readonly Found[] {
  const { secrets } = inventory;
  const namespaces = inventory.gatewayPods.namespacesOf(at);
  const [namespace] = namespaces;
  if (namespace === undefined || namespaces.size > 1) return []; // where the pods run is not known
  const there = secrets.get(namespace);
  return at.servers.flatMap(({ tls, path }) =>
    (tls?.credentials ?? []).flatMap((credential): Findings => {
      const other = [...secrets].find(([, names]) => names.has(credential))?.[0];
      if (isElsewhere(credential) || there?.has(credential) || (!there && other === undefined)) return [];
      return {
        at,
        path: `${path}.tls.credentialName`,
        message: `the namespace ${namespace}, where the gateway runs, has no Secret ${credential}${other === undefined ? '' : `; ${other} has one`}`,
        hint: other === undefined ? `create the Secret in ${namespace}, or fix the name` : `move the Secret to ${namespace}`,
      };
    }),
  );
}

export const gatewaySecrets = rule({
  code: 'MESH315',
  title: 'the Secret of a TLS server is in the namespace of the gateway',
  otherwise: 'the gateway has no certificate, and closes every connection',
  hint: 'create the Secret there',
  find: (inventory) => [...inventory.gateways.values()].flatMap((at) => missingSecrets(at, inventory)),
});

const CLAIM = /^@request\.auth\.claims(?:\..|\[)/i;

const claimIn = ({ http }: VirtualService): { readonly claim: string; readonly path: string } | undefined => {
  for (const { matches } of http)
    for (const { headers, withoutHeaders, path } of matches)
      for (const claim of [...headers.keys(), ...withoutHeaders.keys()]) if (CLAIM.test(claim)) return { claim, path };
  return undefined;
};

/** Whether a RequestAuthentication can mean the pods of a gateway. Where the files have none, what the Gateway selects by are their labels. */
const authenticates = (gateway: Gateway, inventory: Inventory): boolean =>
  inventory.requestAuthentications.some(({ selector, targeted, namespace }) => {
    const pods = inventory.gatewayPods.podsOf(gateway);
    if (targeted || pods.length === 0) return targeted || covers(selector, gateway.selector) || covers(gateway.selector, selector);
    return pods.some((pod) => (namespace === pod.namespace || namespace === ISTIO_NAMESPACE) && covers(selector, pod.labels));
  });

export const claimsAuthenticated = rule({
  code: 'MESH316',
  title: 'a route by JWT claims has a RequestAuthentication at its gateway',
  otherwise: 'no claim is known, so that the route never matches',
  hint: "add a RequestAuthentication that selects the gateway's pods, in their namespace",
  find: (inventory) =>
    inventory.virtualServices.flatMap((at) => {
      const found = claimIn(at);
      if (!found) return [];
      return at.gateways.flatMap((name) => {
        const gateway = inventory.gateways.get(name);
        if (!gateway || authenticates(gateway, inventory)) return [];
        return { at, path: found.path, message: `it asks for ${found.claim}, and no RequestAuthentication is for the Gateway ${name}` };
      });
    }),
});
