import { isWildcard, serviceNamed } from '../names.ts';
import type { Protocol } from '../topology/mesh.ts';
import type { ExternalSpec, ServiceSpec } from '../topology/spec.ts';
import { type Given, hostNamed, workloadsOf } from './given.ts';

/** A service before its calls are known. */
export type BareService = Omit<ServiceSpec, 'calls'>;

/** The services of a namespace: its Services, or, where only Istio's objects are given, the hosts that these reach. */
export function readServices(given: Given): ReadonlyMap<string, BareService> {
  const { destinationRules, hosts } = given.inventory;
  // The rules come in the order of the topology, wherever the files of the services lie.
  const names = new Set([
    ...destinationRules.filter(({ host }) => !isWildcard(host)).map(({ host }) => serviceNamed(host, given.namespace) ?? ''),
    ...hosts.filter(({ isService }) => isService).map(({ name }) => name),
  ]);
  names.delete('');
  return new Map([...names].map((name) => [name, readService(name, given)]));
}

function readService(name: string, given: Given): BareService {
  const port = hostNamed(given, name)?.ports[0];
  return {
    protocol: port?.protocol ?? protocolUsed(name, given),
    port: port?.number ?? portUsed(name, given) ?? 80,
    versions: versionsOf(name, given).slice(0, given.stateful.has(name) ? 1 : undefined),
    ...(given.stateful.has(name) ? { stateful: true } : {}),
  };
}

/** The versions of the pods in the order of the subsets; where no workload is given, those of the subsets. */
function versionsOf(name: string, given: Given): readonly string[] {
  const rule = given.inventory.destinationRules.find(({ host }) => serviceNamed(host, given.namespace) === name);
  const subsets = (rule?.subsets ?? []).map((subset) => subset.labels.get('version') ?? subset.name);
  const running = workloadsOf(given, name).map(({ labels }) => labels.get('version') ?? UNVERSIONED);
  const all = running.length > 0 ? [...subsets.filter((version) => running.includes(version)), ...running] : subsets;
  return all.length > 0 ? [...new Set(all)] : [UNVERSIONED];
}

/** The version of pods that have no label for it. */
const UNVERSIONED = 'v1';

const routesTo = (name: string, { inventory, namespace }: Given) =>
  inventory.virtualServices.filter(({ http, plain }) =>
    [...http, ...plain].some(({ destinations }) => destinations.some(({ fullHost }) => serviceNamed(fullHost, namespace) === name)),
  );

/** The protocol according to the routes of a service, where its Service does not state it. */
function protocolUsed(name: string, given: Given): Protocol {
  const routes = routesTo(name, given).flatMap(({ http }) => http);
  const paths = routes.flatMap(({ matches }) => matches.map(({ uri }) => (uri?.kind === 'exact' ? uri.value : '')));
  if (paths.some((path) => /^\/[\w.]+\.[A-Z]\w*\/\w+$/.test(path))) return 'grpc';
  return routes.length > 0 ? 'http' : 'tcp';
}

function portUsed(name: string, given: Given): number | undefined {
  const routed = routesTo(name, given)
    .flatMap(({ http, plain }) => [...http, ...plain])
    .flatMap(({ destinations }) => destinations.map(({ port }) => port));
  const allowed = given.inventory.authorizationPolicies
    .filter(({ selector }) => selector.get('app') === name)
    .flatMap(({ rules }) => rules.flatMap(({ to }) => to.flatMap(({ ports }) => ports?.values ?? [])));
  return [...routed, ...allowed.map(Number)].find((port) => port !== undefined && Number.isInteger(port));
}

/** External hosts, by the name of their ServiceEntry. */
export const readExternals = ({ inventory }: Given): Readonly<Record<string, ExternalSpec>> =>
  Object.fromEntries(
    inventory.hosts
      .filter(({ isService, hosts }) => !isService && !hosts.every(isWildcard))
      .map(({ name, hosts, ports: [port] }) => {
        const protocol = port?.appProtocol?.toLowerCase();
        return [
          name,
          {
            hosts: hosts.filter((host) => !isWildcard(host)),
            port: port?.number ?? 443,
            protocol: protocol === 'tls' || protocol === 'http' ? protocol : 'tcp',
          },
        ];
      }),
  );
