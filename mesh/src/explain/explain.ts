import { nameOf } from '@mesh-platform/kubernetes';
import { type Inventory, inventoryOf } from '../model/inventory.ts';
import { podPortOf } from '../model/policy-ports.ts';
import { isHttp, type PortProtocol } from '../model/protocol.ts';
import type { Host, HostPort } from '../model/services.ts';
import { sidecarImportsHost } from '../model/sidecars.ts';
import { type HttpRoute, ISTIO_RETRIES } from '../model/virtual-services.ts';
import { hostCovers, hostsOverlap, isVisible, parseDuration } from '../names.ts';
import type { MeshObject } from '../object.ts';
import { type HttpRequest, httpRouteOf, isTo, leadsTo, plainRouteOf } from './choose-route.ts';
import type { ExplainRequest, Explanation, Target } from './explanation.ts';
import { hasEscapedSlash, normalizedByGateway, normalizedPath } from './normalize-path.ts';
import { type Caller, partiesOf, portOf } from './parties.ts';
import { authorized, targetsOf } from './targets.ts';

/**
 * Explains how the proxies handle a request with the configuration that istiod builds from these objects. Throws a
 * UsageError where the caller, the callee or its port is not among the objects. It does not look at tokens, addresses or
 * headers that a route adds.
 */
export function explain(objects: readonly MeshObject[], wanted: ExplainRequest): Explanation {
  const inventory = inventoryOf({ objects });
  const { caller, host } = partiesOf(wanted, inventory);
  const port = portOf(host, wanted.port);
  const protocol = port.protocol ?? (wanted.method || wanted.path ? 'http' : 'tcp'); // a proxy that has to guess sees what is spoken
  const sent = sentBy(wanted);
  const path = caller.gateway ? normalizedByGateway(sent.path) : normalizedPath(sent.path);
  const head = {
    from: caller.name,
    to: host.hosts[0] ?? host.name,
    port: port.number,
    protocol,
    request: isHttp(protocol) ? `${sent.method} ${sent.path}` : 'a connection',
    ...(isHttp(protocol) && path !== undefined && path !== sent.path ? { normalizedPath: path } : {}),
  };
  const unknown = caller.gateway ? undefined : unknownTo(caller, host, port, protocol, inventory);
  if (unknown) return { ...head, targets: [], ...unknown };
  const refused = (answer: string, why: string) => ({ ...head, targets: [], allowed: 'no', reason: 'route', answer, why }) as const;
  if (isHttp(protocol) && caller.gateway && hasEscapedSlash(sent.path))
    return refused('307', 'the gateway redirects to the path with its escaped slashes decoded');
  if (isHttp(protocol) && path === undefined) return refused('400', `the proxy of ${caller.name} rejects the path`);
  const request = {
    ...sent,
    path: path ?? '',
    host: wanted.host ?? hostAsked(host, caller, inventory),
    port: port.number,
    headers: headersOf(wanted),
  };
  const chosen = isHttp(protocol) ? httpRouteOf(host, request, caller, inventory) : plainRouteOf(host, port.number, caller, inventory);
  if (!chosen) return refused(isHttp(protocol) ? '404' : 'a closed connection', `the proxy of ${caller.name} has no route for it`);
  const route = chosen.object ? { route: { object: chosen.object, name: chosen.name } } : {};
  const other = caller.gateway && chosen.destinations.find(({ weight }) => weight !== 0);
  if (other && !chosen.destinations.some((one) => isTo(host, one)))
    return { ...refused(`the answer of ${other.fullHost}`, `${chosen.object} sends it to ${other.fullHost}`), ...route };
  if (chosen.route?.redirects)
    return { ...head, ...route, targets: [], allowed: 'yes', why: 'the proxy answers by itself, with a redirect or a fixed answer' };
  const targets = targetsOf({ caller, chosen, request, protocol }, inventory);
  return { ...head, ...route, targets, ...verdictOf(targets), ...limitsOf(protocol, chosen.route) };
}

/** gRPC methods are paths of a POST. */
const sentBy = ({ method = 'GET', path = '/' }: ExplainRequest): Pick<HttpRequest, 'method' | 'path'> =>
  method.includes('/') ? { method: 'POST', path: `/${method.replace(/^\//, '')}` } : { method, path };

const headersOf = ({ headers = {} }: ExplainRequest): HttpRequest['headers'] =>
  new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A browser asks a gateway for the first name that leads to the callee, or else to anything. */
function hostAsked(host: Host, { gateway }: Caller, inventory: Inventory): string {
  if (!gateway) return host.hosts[0] ?? '';
  const service = leadsTo(host, gateway, inventory) ?? inventory.virtualServices.find(({ gateways }) => gateways.includes(gateway.key));
  const names = (service?.hosts ?? []).flatMap((name) =>
    gateway.hosts.filter((served) => hostsOverlap(name, served)).map((served) => (hostCovers(name, served) ? served : name)),
  );
  return names[0]?.replace(/^\*/, 'any') ?? '';
}

type Refusal = Pick<Explanation, 'allowed' | 'reason' | 'answer' | 'why'>;

/** The result of a caller's proxy for a callee that it does not know; undefined where it knows the callee. */
function unknownTo(caller: Caller, host: Host, port: HostPort, protocol: PortProtocol, inventory: Inventory): Refusal | undefined {
  const sidecar = inventory.sidecarOf(caller.pods);
  const exported = isVisible(host.namespace, host.exportTo, caller.pods.namespace);
  if (exported && sidecarImportsHost(sidecar, host, port.number)) return undefined;
  const cause =
    exported && sidecar
      ? `${nameOf(sidecar.object)} does not list it`
      : `${nameOf(host.object)} is not exported to ${caller.pods.namespace}`;
  if (sidecar?.outboundMode !== 'ALLOW_ANY') {
    const answer = isHttp(protocol) ? '502, or a closed connection' : 'a closed connection';
    return { allowed: 'no', reason: 'own-proxy', answer, why: `the proxy of ${caller.name} does not know the callee: ${cause}` };
  }
  const [pod] = inventory.podsBehind(host);
  const podPort = podPortOf(port, pod) ?? port.number;
  if (!pod || inventory.mutualTlsOf(pod, podPort).mode === 'STRICT')
    return {
      allowed: 'no',
      reason: 'mutual-tls',
      answer: 'a closed connection',
      why: `${cause}, so that it goes in plain text, and the callee asks for mutual TLS`,
    };
  const { admitted, by, reason, answer } = authorized(pod, { caller: 'anonymous', port: podPort, protocol }, inventory);
  return {
    allowed: admitted,
    ...(reason ? { reason } : {}),
    ...(answer ? { answer } : {}),
    why: `${cause}, so that it goes in plain text and without an identity${by ? `; ${by} decides` : ''}`,
  };
}

/** One word for all the versions that get requests. */
function verdictOf(targets: readonly Target[]): Refusal {
  const served = targets.filter(({ percent }) => percent > 0);
  const [first] = served;
  if (!first) return { allowed: 'no', reason: 'no-pods', answer: '503', why: 'no version gets any of the requests' };
  const differ = served.some(({ admitted }) => admitted !== first.admitted);
  if (differ) return { allowed: 'maybe', why: 'the versions do not answer alike' };
  const { admitted, reason, answer, by } = first;
  if (admitted === 'no') return { allowed: admitted, ...(reason ? { reason } : {}), ...(answer ? { answer } : {}), why: whyRefused(first) };
  const hangs = admitted === 'maybe' ? ', if tokens, addresses or other things that are not known meet it' : '';
  return { allowed: admitted, why: by ? `${by} admits it${hangs}` : 'no policy of the callee refuses anybody' };
}

function whyRefused({ reason, by = '' }: Target): string {
  if (reason !== 'authorization') return by;
  return by.includes(' spec.rules') ? `${by} denies it` : `no rule of ${by} admits it`;
}

function limitsOf(protocol: PortProtocol, route: HttpRoute | undefined): Pick<Explanation, 'timeout' | 'retries'> {
  if (!isHttp(protocol)) return {};
  const timeout = parseDuration(route?.timeout ?? '') ? { timeout: route?.timeout ?? '' } : {};
  const stated = route?.retries;
  if (!stated) return { ...timeout, retries: ISTIO_RETRIES };
  const { attempts = 0, perTryTimeout, retryOn = ISTIO_RETRIES.on } = stated;
  if (attempts <= 0) return timeout;
  return { ...timeout, retries: { attempts, ...(perTryTimeout ? { perTryTimeout } : {}), on: retryOn } };
}
