import { serviceNamed } from '../names.ts';
import type { ExternalSpec, Protocol, ServiceSpec } from '../topology/mesh.ts';
import type { Given } from './given.ts';

/** A service before its calls are known. */
export type BareService = Omit<ServiceSpec, 'calls'>;

/** The services of a namespace: its Services, or, where only Istio's objects are given, the hosts that these reach. */
export function readServices(given: Given): ReadonlyMap<string, BareService> {
  // The rules come in the order of the topology, wherever the files of the services lie.
  const names = new Set([
    ...given.rules.map(({ spec }) => serviceNamed(spec.host, given.namespace) ?? ''),
    ...given.services.map(({ metadata }) => metadata?.name ?? ''),
  ]);
  names.delete('');
  return new Map([...names].map((name) => [name, readService(name, given)]));
}

function readService(name: string, given: Given): BareService {
  const port = given.services.find(({ metadata }) => metadata?.name === name)?.spec?.ports?.[0];
  const subsets = given.rules.find(({ spec }) => serviceNamed(spec.host, given.namespace) === name)?.spec.subsets ?? [];
  return {
    protocol: protocolNamed(port?.appProtocol ?? port?.name) ?? protocolUsed(name, given),
    port: port?.port ?? portUsed(name, given) ?? 80,
    versions: subsets.length > 0 ? subsets.map((subset) => subset.labels?.version ?? subset.name) : ['v1'],
    ...(given.stateful.has(name) ? { stateful: true } : {}),
  };
}

/** https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/ */
function protocolNamed(name: string | undefined): Protocol | undefined {
  const [word] = name?.split('-') ?? [];
  if (word === 'grpc') return 'grpc';
  if (word === 'http' || word === 'http2') return 'http';
  return word === undefined ? undefined : 'tcp';
}

const routesTo = (name: string, { routes, namespace }: Given) =>
  routes.filter(({ spec }) =>
    [...(spec.http ?? []), ...(spec.tcp ?? [])].some(({ route = [] }) =>
      route.some(({ destination }) => serviceNamed(destination?.host ?? '', namespace) === name),
    ),
  );

/** The protocol according to the routes and policies of a service, where its Service is missing. */
function protocolUsed(name: string, given: Given): Protocol {
  const routes = routesTo(name, given).flatMap(({ spec }) => spec.http ?? []);
  const paths = routes.flatMap(({ match = [] }) => match.map(({ uri }) => uri?.exact ?? ''));
  if (paths.some((path) => /^\/[\w.]+\.[A-Z]\w*\/\w+$/.test(path))) return 'grpc';
  return routes.length > 0 ? 'http' : 'tcp';
}

function portUsed(name: string, given: Given): number | undefined {
  const routed = routesTo(name, given)
    .flatMap(({ spec }) => [...(spec.http ?? []), ...(spec.tcp ?? [])])
    .flatMap(({ route = [] }) => route.map(({ destination }) => destination?.port?.number));
  const allowed = given.policies
    .filter(({ spec }) => spec.selector?.matchLabels?.app === name)
    .flatMap(({ spec }) => spec.rules ?? [])
    .flatMap(({ to = [] }) => to.flatMap(({ operation }) => operation?.ports ?? []));
  return [...routed, ...allowed.map(Number)].find((port) => port !== undefined && Number.isInteger(port));
}

/** External hosts, by the name of their ServiceEntry. */
export const readExternals = ({ entries }: Given): Readonly<Record<string, ExternalSpec>> =>
  Object.fromEntries(
    entries.map(({ metadata, spec }) => {
      const [port] = spec.ports ?? [];
      const protocol = port?.protocol?.toLowerCase();
      return [
        metadata.name,
        { hosts: spec.hosts, port: port?.number ?? 443, protocol: protocol === 'tls' || protocol === 'http' ? protocol : 'tcp' },
      ];
    }),
  );
