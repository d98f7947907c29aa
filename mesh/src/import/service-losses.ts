import { nameOf } from '@mesh-platform/kubernetes';
import { podPortOf } from '../model/policy-ports.ts';
import { describeSelector } from '../model/selection.ts';
import type { Host } from '../model/services.ts';
import { isWildcard, serviceNamed } from '../names.ts';
import { DEFAULT_TIMEOUT } from '../topology/define-mesh.ts';
import { entryOf, type MeshSpec } from '../topology/spec.ts';
import { type Given, workloadsOf } from './given.ts';
import { isOpen } from './read-calls.ts';
import { gatewayRule } from './read-entry.ts';
import { lastRouteTo, sharesOf } from './read-weights.ts';

/** What Services and their pods have and those of a topology do not; and what everything admits where no policy restricts it. */
export function serviceLosses(given: Given, spec: MeshSpec): readonly string[] {
  const hosts = given.inventory.hosts.filter(({ isService }) => isService);
  return [
    ...hosts.flatMap((host) => lossesOfService(host, given, spec)),
    ...given.inventory.hosts
      .filter(({ isService, hosts: names }) => !isService && names.some(isWildcard))
      .map(({ object }) => `${nameOf(object)}: spec.hosts: an external of a topology has no wildcard hosts`),
    ...openness(given, spec),
  ];
}

function lossesOfService(host: Host, given: Given, spec: MeshSpec): readonly string[] {
  const { name, ports, selector } = host;
  const [first, ...others] = ports;
  const pods = given.inventory.podsBehind(host);
  const at = (what: string) => `${nameOf(host.object)}: ${what}`;
  const podPort = first && (podPortOf(first, pods[0]) ?? first.number);
  const hasApp = selector?.size === 1 && selector.get('app') === name;
  const route = lastRouteTo(given, name);
  const weights = entryOf(spec.weights, name) ?? {};
  const shares = sharesOf(given, name);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  const isRounded = shares.some(
    ([version, share]) => entryOf(weights, version) !== undefined && entryOf(weights, version) !== (100 * share) / total,
  );
  return [
    ...others.map(({ number }) => at(`port ${number} is lost: a service of a topology has one port`)),
    ...(first?.protocol === undefined ? [at('its port does not declare its protocol: check the one in the topology')] : []),
    ...(selector && !hasApp ? [at(`it selects ${describeSelector(selector)}; a topology selects pods by app=${name}`)] : []),
    ...(selector ? [] : [at('it selects no pods; name its hosts as an external, where it leads outside')]),
    ...(first && podPort !== first.number
      ? [at(`its pods listen on ${podPort}; in a topology they listen on ${first.number}, as the Service`)]
      : []),
    ...(isRounded && !route ? [at('its versions get requests by their pods; weights of a topology are whole percents')] : []),
    ...(pods.length > 1 && route && !route.isForMesh && isCalled(name, spec)
      ? [at('callers in the mesh reach its versions by their pods, and in the topology by the weights of the gateway')]
      : []),
    ...pods
      .filter(({ serviceAccount }) => serviceAccount !== name && serviceAccount !== 'default')
      .map(
        ({ object, serviceAccount }) =>
          `${nameOf(object)}: it runs as ${serviceAccount}; in a topology the ServiceAccount is named ${name}`,
      ),
  ];
}

const isCalled = (name: string, { services }: MeshSpec): boolean =>
  Object.values(services).some(({ calls }) => entryOf(calls, name) !== undefined);

/** One sentence for all services that something is true of. */
function openness(given: Given, spec: MeshSpec): readonly string[] {
  const { inventory, namespace } = given;
  const services = Object.entries(spec.services);
  const those = (is: (name: string) => boolean): string =>
    services
      .filter(([name]) => is(name))
      .map(([name]) => name)
      .join(', ');
  const podsOf = (name: string) => ({ namespace, labels: new Map([['app', name]]) });
  const isRouted = (name: string) =>
    entryOf(spec.services, name)?.protocol !== 'tcp' && (isCalled(name, spec) || spec.gateway?.to === name);
  const routesTo = (name: string) =>
    inventory.routes.filter(({ destinations }) => destinations.some(({ fullHost }) => serviceNamed(fullHost, namespace) === name));
  const unlimited = (name: string) => routesTo(name).length === 0 || routesTo(name).some(({ timeout }) => timeout === undefined);
  const retried = (name: string) => routesTo(name).length === 0 || routesTo(name).some(({ retries }) => retries === undefined);
  const isUnnamed = (name: string) => spec.gateway?.to === name && !isOpen(given, name) && !gatewayRule(inventory, name);
  const messages: readonly (readonly [string, string])[] = [
    [
      those((name) => isOpen(given, name)),
      'no policy names the callers: every service calls it here; remove the calls that are not needed',
    ],
    [
      those((name) => workloadsOf(given, name).some(({ labels }) => labels.get('version') === undefined)),
      'pods have no label version; the topology names their version v1',
    ],
    [those(isUnnamed), 'no policy names the gateway, which may send any request here: limit it with gateway.methods'],
    [those((name) => isRouted(name) && unlimited(name)), `requests without a timeout have one of ${DEFAULT_TIMEOUT} in the topology`],
    [those((name) => isRouted(name) && retried(name)), "Istio's default retries become retries of requests that no pod has seen"],
    [
      those((name) => inventory.mutualTlsOf(podsOf(name), entryOf(spec.services, name)?.port ?? 0).mode !== 'STRICT'),
      'callers without a sidecar are denied: a topology requires mutual TLS',
    ],
    [
      those((name) => inventory.sidecarOf(podsOf(name))?.outboundMode !== 'REGISTRY_ONLY'),
      'proxies let requests to any host pass; in a topology only those to services and externals that it calls',
    ],
  ];
  return messages.filter(([names]) => names !== '').map(([names, message]) => `${names}: ${message}`);
}
