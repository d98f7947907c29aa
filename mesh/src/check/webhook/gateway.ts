import type { Gateway, GatewayServer } from '../../kinds.ts';
import { field, item, items } from '../schema/violation.ts';
import { port } from './hosts.ts';
import { bindAddress, isHttp, isKnown, isTls, isUnix, namespacedHost, PROTOCOL_HINT, unixSocket, withoutTargetPort } from './listeners.ts';
import { isDnsLabel } from './names.ts';
import { broken, type Violations } from './rules.ts';
import { serverTls } from './server-tls.ts';

export function* gatewayViolations({ metadata, spec }: Gateway): Violations {
  const { servers = [] } = spec;
  if (!isDnsLabel(metadata.name))
    yield broken(
      'MESH104',
      'metadata.name',
      `'${metadata.name}' is not a name for a Gateway`,
      'write letters, digits and -, without a dot',
    );
  if (servers.length === 0) yield broken('MESH150', 'spec.servers', 'a Gateway needs a server', 'write servers with a port and hosts');
  const names = servers.map((server) => server.port.name);
  for (const [index, server] of servers.entries()) {
    const path = item('spec.servers', index);
    yield* gatewayServer(server, path);
    if (server.port.name && names.indexOf(server.port.name) < index)
      yield broken('MESH152', field(path, 'port', 'name'), `the port name '${server.port.name}' is a duplicate`, 'rename one of the two');
  }
}

function* gatewayServer(server: GatewayServer, path: string): Violations {
  const { bind = '', hosts, port: listener, tls } = server;
  if (hosts.length === 0) yield broken('MESH150', field(path, 'hosts'), 'a server needs a host', "write hosts; '*' is every host");
  for (const [host, at] of items(hosts, field(path, 'hosts'))) yield* namespacedHost(host, 'Gateway', at);
  yield* serverPort(listener, bind, field(path, 'port'));
  if (isUnix(bind)) {
    yield* unixSocket(bind, field(path, 'bind'));
    if (listener.number !== 0)
      yield broken('MESH155', field(path, 'bind'), 'a Unix socket has no port', 'write port.number: 0, or an IP address');
  } else yield* bindAddress(bind, field(path, 'bind'));
  if (tls) yield* serverTls(tls, field(path, 'tls'));
  yield* tlsWhereTheProtocolHasIt(server, path);
}

function* serverPort(listener: GatewayServer['port'], bind: string, path: string): Violations {
  if (!isKnown(listener.protocol))
    yield broken('MESH151', field(path, 'protocol'), `Istio does not know the protocol '${listener.protocol}'`, PROTOCOL_HINT);
  if (listener.number > 0 || !isUnix(bind)) yield* port(listener.number, field(path, 'number'));
  yield* withoutTargetPort(listener, path);
  if (listener.name === '') yield broken('MESH152', field(path, 'name'), 'the port has no name', 'name it, such as https');
}

function* tlsWhereTheProtocolHasIt({ port: { protocol }, tls }: GatewayServer, path: string): Violations {
  const at = field(path, 'tls');
  if (!tls) {
    if (isTls(protocol))
      yield broken(
        'MESH153',
        at,
        `it is missing, and the protocol is ${protocol}`,
        'write tls with a mode and certificates, or protocol: HTTP',
      );
    return;
  }
  if (tls.httpsRedirect && !isHttp(protocol))
    yield broken('MESH194', field(at, 'httpsRedirect'), `it has no effect for the protocol ${protocol}`, 'write it at a server of HTTP');
  if (isTls(protocol) || !isKnown(protocol)) return;
  const onlyRedirects =
    ['PASSTHROUGH', 'AUTO_PASSTHROUGH'].includes(tls.mode ?? 'PASSTHROUGH') &&
    !tls.caCertificates &&
    !tls.privateKey &&
    !tls.serverCertificate;
  if (!isHttp(protocol) || !onlyRedirects)
    yield broken(
      'MESH153',
      at,
      `the protocol ${protocol} has no TLS`,
      `write protocol: ${isHttp(protocol) ? 'HTTPS' : 'TLS'}, or remove tls`,
    );
}
