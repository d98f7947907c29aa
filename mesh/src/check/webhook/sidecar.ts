import type { Sidecar, SidecarEgress, SidecarIngress } from '../../kinds.ts';
import { field, item, items } from '../schema/violation.ts';
import { connectionPool } from './destination-rule.ts';
import { destination, port } from './hosts.ts';
import { bindAddress, isHttp, isTls, isUnix, namespacedHost, portName, protocol, unixSocket, withoutTargetPort } from './listeners.ts';
import { isDomain } from './names.ts';
import { broken, type Violations } from './rules.ts';
import { labelSelector } from './selectors.ts';
import { serverTls } from './server-tls.ts';

export function* sidecarViolations({ metadata, spec }: Sidecar): Violations {
  const { egress = [], ingress = [], inboundConnectionPool, outboundTrafficPolicy, workloadSelector } = spec;
  yield* labelSelector(workloadSelector, 'spec.workloadSelector');
  if (egress.length === 0 && ingress.length === 0 && !outboundTrafficPolicy && !inboundConnectionPool)
    yield broken(
      'MESH160',
      'spec',
      'the Sidecar configures nothing',
      'write egress, ingress, outboundTrafficPolicy or inboundConnectionPool',
    );
  const inbound = ingress.map((listener) => listener.port.number ?? 0);
  for (const [index, listener] of ingress.entries()) {
    const path = item('spec.ingress', index);
    yield* ingressListener(listener, path);
    if (inbound.indexOf(listener.port.number ?? 0) < index) yield twice(field(path, 'port'), `port ${listener.port.number ?? 0}`);
  }
  if (inboundConnectionPool) yield* connectionPool(inboundConnectionPool, 'spec.inboundConnectionPool');
  yield* egressListeners(egress, metadata.namespace);
  if (outboundTrafficPolicy) yield* outboundPolicy(outboundTrafficPolicy, 'spec.outboundTrafficPolicy');
}

const twice = (path: string, what: string) =>
  broken('MESH161', path, `two listeners have ${what}`, 'give each a port or a socket of its own');

function* ingressListener(listener: SidecarIngress, path: string): Violations {
  const { bind, connectionPool: pool, defaultEndpoint, port: at, tls } = listener;
  const portPath = field(path, 'port');
  yield* withoutTargetPort(at, portPath);
  if (at.name) yield* portName(at.name, field(portPath, 'name'));
  yield* protocol(at.protocol, field(portPath, 'protocol'));
  yield* port(at.number ?? 0, field(portPath, 'number'));
  yield* bindAddress(bind, field(path, 'bind'));
  if (defaultEndpoint) yield* endpoint(defaultEndpoint, field(path, 'defaultEndpoint'));
  if (tls) yield* ingressTls(tls, at.protocol, field(path, 'tls'));
  if (!pool) return;
  yield* connectionPool(pool, field(path, 'connectionPool'));
  if (pool.http && !isHttp(at.protocol))
    yield broken(
      'MESH194',
      field(path, 'connectionPool', 'http'),
      `port ${at.number ?? 0} is not HTTP`,
      'write port.protocol: HTTP, or tcp',
    );
}

const ENDPOINT = /^(?:127\.0\.0\.1|0\.0\.0\.0|\[(?:127\.0\.0\.1|0\.0\.0\.0|::1|::|)\]|):\+?(\d+)$/;

/** Where the proxy sends requests of a listener: a port of the workload itself. */
function* endpoint(text: string, path: string): Violations {
  if (isUnix(text)) {
    yield* unixSocket(text, path);
    return;
  }
  const number = ENDPOINT.exec(text)?.[1];
  if (number === undefined)
    yield broken(
      'MESH155',
      path,
      `'${text}' is not an endpoint of the workload`,
      'write 127.0.0.1:8080, 0.0.0.0:8080, [::1]:8080 or unix:///path',
    );
  else yield* port(Number(number), path);
}

const NOT_INBOUND = ['subjectAltNames', 'httpsRedirect', 'credentialName', 'credentialNames', 'tlsCertificates'] as const;

function* ingressTls(tls: NonNullable<SidecarIngress['tls']>, given: string | undefined, path: string): Violations {
  for (const name of NOT_INBOUND) {
    const value = tls[name];
    if (Array.isArray(value) ? value.length > 0 : value)
      yield broken('MESH154', field(path, name), 'a Sidecar does not support it', 'remove it; write serverCertificate and privateKey');
  }
  if (tls.mode === 'ISTIO_MUTUAL' || tls.mode === 'AUTO_PASSTHROUGH')
    yield broken('MESH154', field(path, 'mode'), `a Sidecar does not support ${tls.mode}`, 'write SIMPLE or MUTUAL');
  if (!isTls(given))
    yield broken('MESH153', path, 'the protocol of the port has no TLS', 'write port.protocol: HTTPS or TLS, or remove tls');
  yield* serverTls(tls, path);
}

function* egressListeners(egress: readonly SidecarEgress[], namespace: string): Violations {
  const seen = new Set<string>();
  for (const [index, listener] of egress.entries()) {
    const path = item('spec.egress', index);
    if (listener.port) {
      yield* egressPort(listener, listener.port, path);
      const key = listener.port.number ? `port ${listener.port.number}` : `the socket '${listener.bind ?? ''}'`;
      if (seen.has(key)) yield twice(field(path, 'port'), key);
      seen.add(key);
    } else if (index < egress.length - 1) {
      yield broken('MESH161', path, 'the listener without a port is not the last', 'move it to the end, or write port');
    }
    yield* egressHosts(listener.hosts, namespace, field(path, 'hosts'));
  }
}

function* egressPort({ bind = '', captureMode }: SidecarEgress, at: NonNullable<SidecarEgress['port']>, path: string): Violations {
  const portPath = field(path, 'port');
  yield* withoutTargetPort(at, portPath);
  if (at.name) yield* portName(at.name, field(portPath, 'name'));
  yield* protocol(at.protocol, field(portPath, 'protocol'));
  if (at.number) {
    yield* port(at.number, field(portPath, 'number'));
    yield* bindAddress(bind, field(path, 'bind'));
    return;
  }
  if (isUnix(bind)) yield* unixSocket(bind, field(path, 'bind'));
  else
    yield broken(
      'MESH155',
      field(path, 'bind'),
      'a listener without a port number binds a Unix socket',
      'write port.number, or bind: unix:///path',
    );
  if (captureMode === 'IPTABLES')
    yield broken('MESH155', field(path, 'captureMode'), 'connections to a Unix socket are not captured', 'write NONE, or remove it');
}

function* egressHosts(hosts: readonly string[], namespace: string, path: string): Violations {
  if (hosts.length === 0) yield broken('MESH161', path, 'a listener needs a host', "write hosts; '*/*' is every host");
  const known = new Map<string, Set<string>>();
  for (const [text, at] of items(hosts, path)) {
    yield* namespacedHost(text, 'Sidecar', at);
    const slash = text.indexOf('/');
    if (slash < 0 || text.startsWith('~')) continue; // ~ takes hosts out
    const owner = text.slice(0, slash) === '.' ? namespace : text.slice(0, slash);
    const host = text.slice(slash + 1);
    const others = known.get(owner) ?? new Set();
    if (host === '*' ? others.size > 0 : others.has(host) || others.has('*'))
      yield broken('MESH194', at, `'${text}' repeats a host of the list`, 'remove one of the two');
    known.set(owner, others.add(host));
  }
  if (known.get('*')?.has('*') && known.size > 1)
    yield broken('MESH194', path, '*/* already includes the others', 'keep only */*, or remove it');
}

type OutboundPolicy = NonNullable<Sidecar['spec']['outboundTrafficPolicy']>;

function* outboundPolicy({ egressProxy, mode }: OutboundPolicy, path: string): Violations {
  if (!egressProxy) return;
  const at = field(path, 'egressProxy');
  if (mode !== 'ALLOW_ANY') {
    yield broken('MESH162', at, 'only unknown hosts go through it, and REGISTRY_ONLY allows none', 'write mode: ALLOW_ANY, or remove it');
    return;
  }
  if (!isDomain(egressProxy.host))
    yield broken('MESH102', field(at, 'host'), `'${egressProxy.host}' is not a DNS name`, 'write the host of the proxy in full');
  if (!egressProxy.port) yield broken('MESH162', field(at, 'port'), 'it is missing', 'write port.number');
  else yield* destination(egressProxy, at);
}
