import type { WorkloadEntry, WorkloadGroup } from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { labels, port } from './hosts.ts';
import { isAddressOrDomain, isUnix, portName, unixSocket } from './listeners.ts';
import { isIpAddress } from './names.ts';
import { broken, type Violations } from './rules.ts';

export type Endpoint = Pick<WorkloadEntry['spec'], 'address' | 'network' | 'ports' | 'labels'>;

export function* workloadEntryViolations({ spec }: WorkloadEntry): Violations {
  yield* endpoint(spec, 'spec', { isValid: isAddressOrDomain, needs: 'an IP address or a DNS name' });
}

interface Addresses {
  readonly isValid: (address: string) => boolean;
  readonly needs: string;
  /** The names of the ServiceEntry's ports; undefined for a WorkloadEntry, which any Service may select. */
  readonly ports?: readonly string[];
}

/** An endpoint of a ServiceEntry whose addresses are static: an IP address or a Unix socket. */
export const staticEndpoint = (one: Endpoint, ports: readonly string[], path: string): Violations =>
  endpoint(one, path, { isValid: isIpAddress, needs: 'an IP address', ports });

function* endpoint(one: Endpoint, path: string, { isValid, needs, ports }: Addresses): Violations {
  const { address = '', network } = one;
  const at = field(path, 'address');
  if (!address && !network) {
    yield broken('MESH168', at, 'the endpoint has no address', `write ${needs}`);
    return;
  }
  if (!address)
    yield broken(
      'MESH197',
      at,
      `it is missing: requests go through the gateway of the network '${network}'`,
      'write an address, where the workload can be reached',
    );
  if (isUnix(address)) {
    yield* unixSocket(address, at);
    if (ports && ports.length !== 1)
      yield broken(
        'MESH168',
        at,
        `a Unix socket serves one port, and the ServiceEntry has ${ports.length}`,
        'write one port, or IP addresses',
      );
  } else if (address && !isValid(address)) {
    yield broken('MESH168', at, `'${address}' is not a valid address`, `write ${needs}; ports are in the field ports`);
  }
  yield* endpointPorts(one, ports, field(path, 'ports'));
  yield* labels(one.labels, 'MESH145', field(path, 'labels'));
}

/** An endpoint of a ServiceEntry whose addresses are looked up in DNS. */
export function* dnsEndpoint(one: Endpoint, ports: readonly string[], path: string): Violations {
  if (!isAddressOrDomain(one.address ?? ''))
    yield broken(
      'MESH168',
      field(path, 'address'),
      `'${one.address ?? ''}' is not a DNS name or an IP address`,
      'write the name that DNS knows; ports are in the field ports',
    );
  yield* labels(one.labels, 'MESH145', field(path, 'labels'));
  yield* endpointPorts(one, ports, field(path, 'ports'));
}

function* endpointPorts({ ports = {} }: Endpoint, known: readonly string[] | undefined, path: string): Violations {
  for (const [name, number] of Object.entries(ports)) {
    const at = field(path, name);
    if (known && !known.includes(name))
      yield broken('MESH168', at, `the ServiceEntry has no port '${name}'`, `write one of ${known.join(', ') || 'its ports'}`);
    yield* portName(name, at);
    yield* port(number, at);
  }
}

export function* workloadGroupViolations({ spec: { metadata, probe } }: WorkloadGroup): Violations {
  yield* labels(metadata?.labels, 'MESH145', 'spec.metadata.labels');
  if (probe) yield* readinessProbe(probe, 'spec.probe');
}

/** What the agent asks a workload outside the cluster. Numbers and ports are in the CRD's own rules. */
function* readinessProbe({ httpGet, tcpSocket, exec }: NonNullable<WorkloadGroup['spec']['probe']>, path: string): Violations {
  if (!httpGet && !tcpSocket && !exec)
    yield broken('MESH169', path, 'the probe asks nothing that the agent knows', 'write httpGet, tcpSocket or exec');
  if (exec?.command?.length === 0) yield broken('MESH169', field(path, 'exec', 'command'), 'it is empty', 'write the command');
  for (const [{ name = '' }, at] of items(httpGet?.httpHeaders, field(path, 'httpGet', 'httpHeaders')))
    if (!/^[-A-Za-z0-9]+$/.test(name))
      yield broken('MESH169', field(at, 'name'), `'${name}' is not a header that a probe can send`, 'write letters, digits and -');
}
