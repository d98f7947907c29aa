import type { ServiceEntry } from '../../kinds.ts';
import { field, item, items } from '../schema/violation.ts';
import { exportTo, wildcardHost } from './hosts.ts';
import { isHttp, isPartialWildcard, isTls, portName, protocol } from './listeners.ts';
import { isDomain, isIpAddress, isIpRange } from './names.ts';
import { broken, type Violations } from './rules.ts';
import { labelSelector } from './selectors.ts';
import { dnsEndpoint, staticEndpoint } from './workload-entry.ts';

type Spec = ServiceEntry['spec'];

/** Duplicate ports, CIDR ranges that need another resolution, and more are in the CRD's own rules. */
export function* serviceEntryViolations({ metadata, spec }: ServiceEntry): Violations {
  const { addresses = [], hosts, ports = [], resolution = 'NONE', workloadSelector } = spec;
  yield* labelSelector(workloadSelector, 'spec.workloadSelector');
  yield* hostNames(spec);
  for (const [address, at] of items(addresses, 'spec.addresses'))
    if (!isIpAddress(address) && !isIpRange(address))
      yield broken('MESH165', at, `'${address}' is not an IP address`, 'write an address, or a range such as 10.0.0.0/8');
  for (const [{ name, protocol: given }, path] of items(ports, 'spec.ports')) {
    yield* portName(name, field(path, 'name'));
    yield* protocol(given, field(path, 'protocol'));
  }
  yield* addressesOfTcp(spec, metadata.labels ?? {});
  yield* (resolutions[resolution] ?? resolutions.NONE)(spec, metadata.labels ?? {});
  if (resolution !== 'NONE' && hosts.length > 1) {
    const port = ports.find((one) => !isHttp(one.protocol) && !isTls(one.protocol));
    if (port)
      yield broken(
        'MESH165',
        'spec.hosts',
        `on port ${port.number} a proxy cannot distinguish the hosts: the protocol is neither HTTP nor TLS`,
        'write a ServiceEntry for each host, or a protocol of HTTP or TLS',
      );
  }
  yield* exportTo(spec.exportTo, metadata.namespace, 'spec.exportTo', { orNone: true });
}

function* hostNames({ hosts, resolution }: Spec): Violations {
  for (const [host, path] of items(hosts, 'spec.hosts')) {
    if (host === '*') continue; // of the CRD's own rules
    yield* wildcardHost(host, path);
    if (resolution !== 'DYNAMIC_DNS' && isPartialWildcard(host))
      yield broken(
        'MESH194',
        path,
        `the wildcard of '${host}' is only a part of a label`,
        'write * as the whole first label, such as *.example.com',
      );
  }
}

const NO_ADDRESS = 'networking.istio.io/enable-autoallocate-ip';

/** A proxy distinguishes connections without a host name by their address, which Istio allocates unless a label prevents it. */
function* addressesOfTcp({ addresses = [], ports = [], resolution = 'NONE' }: Spec, labels: Readonly<Record<string, string>>): Violations {
  const allocated = resolution !== 'NONE' && labels[NO_ADDRESS]?.toLowerCase() !== 'false';
  if (addresses.length > 0 || allocated) return;
  for (const [{ protocol: given = '' }, at] of items(ports, 'spec.ports'))
    if (given === '' || given === 'TCP')
      yield broken(
        'MESH197',
        at,
        'without an address, it is for every connection to that port number',
        'write addresses, resolution: DNS, or a protocol of HTTP or TLS',
      );
}

type ForResolution = (spec: Spec, labels: Readonly<Record<string, string>>) => Violations;

const resolutions: Readonly<Record<NonNullable<Spec['resolution']>, ForResolution>> = {
  *NONE({ workloadSelector }) {
    if (workloadSelector)
      yield broken('MESH194', 'spec.workloadSelector', 'resolution NONE uses no endpoints', 'write resolution: STATIC, or remove it');
  },
  *STATIC({ endpoints = [], ports = [] }) {
    const names = ports.map(({ name }) => name);
    for (const [endpoint, at] of items(endpoints, 'spec.endpoints')) yield* staticEndpoint(endpoint, names, at);
  },
  DNS: byName,
  DNS_ROUND_ROBIN: byName,
  *DYNAMIC_DNS(spec, labels) {
    yield* byWildcard(spec, labels);
  },
};

function* byName({ addresses = [], endpoints = [], hosts, ports = [] }: Spec): Violations {
  const unknown = endpoints.length === 0 ? hosts.findIndex((host) => !isDomain(host)) : -1;
  if (unknown >= 0)
    yield broken(
      'MESH165',
      item('spec.hosts', unknown),
      `DNS cannot look up '${hosts[unknown]}'`,
      'write a host without a wildcard, endpoints, or resolution: NONE',
    );
  const names = ports.map(({ name }) => name);
  for (const [endpoint, at] of items(endpoints, 'spec.endpoints')) yield* dnsEndpoint(endpoint, names, at);
  const isTcp = ports.some((port) => ['tcp', 'https', 'tls', 'mongo', 'redis', 'mysql'].includes((port.protocol ?? '').toLowerCase()));
  if (addresses.length > 0 && hosts.length > 1 && isTcp)
    yield broken('MESH197', 'spec.addresses', 'several hosts share the addresses of a TCP port', 'write a ServiceEntry for each host');
}

const DYNAMIC_PROTOCOLS = ['http', 'tls', 'grpc', 'http2'];

function* byWildcard(
  { addresses = [], endpoints = [], hosts, location, ports = [] }: Spec,
  labels: Readonly<Record<string, string>>,
): Violations {
  for (const [host, at] of items(hosts, 'spec.hosts'))
    if (!host.startsWith('*')) yield broken('MESH165', at, `DYNAMIC_DNS is for wildcards, and '${host}' is none`, 'write resolution: DNS');
  for (const [name, values] of Object.entries({ addresses, endpoints }))
    if (values.length > 0)
      yield broken('MESH165', `spec.${name}`, 'DYNAMIC_DNS looks up the host of each request', 'remove it, or write resolution: DNS');
  for (const [{ protocol: given = '' }, at] of items(ports, 'spec.ports'))
    if (!DYNAMIC_PROTOCOLS.includes(given.toLowerCase()))
      yield broken(
        'MESH165',
        field(at, 'protocol'),
        `DYNAMIC_DNS does not support the protocol '${given}'`,
        'write HTTP, HTTP2, GRPC or TLS',
      );
  const waypoint = labels['istio.io/use-waypoint'] ?? '';
  if (location === 'MESH_INTERNAL' && waypoint && waypoint.toLowerCase() !== 'none')
    yield broken('MESH165', 'spec.location', 'a waypoint supports DYNAMIC_DNS only for hosts outside the mesh', 'write MESH_EXTERNAL');
}
