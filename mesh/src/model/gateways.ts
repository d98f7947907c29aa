import type { MeshObject } from '../object.ts';
import { fields, given, type Labels, labels, type Named, named, number, records, specOf, text, texts } from './fields.ts';

/** A host that a server answers to, and the namespace whose VirtualServices may route it: `*` for every one. */
export interface ServedHost {
  readonly namespace: string;
  readonly host: string;
}

/** The kinds of routes of a VirtualService that a server obeys. */
export type RouteKind = 'http' | 'tls' | 'tcp';

/** One port of a Gateway. */
export interface GatewayServer {
  readonly port: number;
  /** In capitals. */
  readonly protocol: string;
  readonly bind: string;
  readonly hosts: readonly ServedHost[];
  readonly routes: RouteKind;
  /** Undefined without TLS. */
  readonly tls?: { readonly mode: string; readonly credentials: readonly string[] };
  readonly path: string;
}

export interface Gateway extends Named {
  /** `namespace/name` */
  readonly key: string;
  /** Of the pods that are this gateway. */
  readonly selector: Labels;
  /** Names that it answers to, without the namespaces that they are for. */
  readonly hosts: readonly string[];
  readonly servers: readonly GatewayServer[];
}

const HTTP_PROTOCOLS: ReadonlySet<string> = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTP_PROXY']);
const PASSTHROUGH: ReadonlySet<string> = new Set(['PASSTHROUGH', 'AUTO_PASSTHROUGH']);

export const isHttpServer = ({ protocol }: GatewayServer): boolean => HTTP_PROTOCOLS.has(protocol);

/** A server that ends TLS of HTTPS has requests; one that passes TLS on has only SNI hosts. */
function routesOf(protocol: string, mode: string | undefined): RouteKind {
  if (HTTP_PROTOCOLS.has(protocol)) return 'http';
  if (mode !== undefined && PASSTHROUGH.has(mode)) return 'tls';
  return protocol === 'HTTPS' ? 'http' : 'tcp';
}

export function readGateway(object: MeshObject): Gateway {
  const one = named(object);
  const spec = specOf(object);
  const servers = records(spec.servers).map((server, index): GatewayServer => {
    const tls = fields(server.tls);
    const protocol = (text(fields(server.port).protocol) ?? '').toUpperCase();
    const mode = server.tls === undefined ? undefined : (text(tls.mode) ?? 'PASSTHROUGH');
    const credentials = [...given1(tls.credentialName), ...texts(tls.credentialNames)];
    return {
      port: number(fields(server.port).number) ?? 0,
      protocol,
      bind: text(server.bind) ?? '',
      hosts: texts(server.hosts).map((host) => readServedHost(host, one.namespace)),
      routes: routesOf(protocol, mode),
      ...given({ tls: mode === undefined ? undefined : { mode, credentials } }),
      path: `spec.servers[${index}]`,
    };
  });
  return {
    ...one,
    key: `${one.namespace}/${one.name}`,
    selector: labels(spec.selector),
    hosts: servers.flatMap(({ hosts }) => hosts.map(({ host }) => host)),
    servers,
  };
}

const given1 = (value: unknown): readonly string[] => (typeof value === 'string' && value !== '' ? [value] : []);

function readServedHost(written: string, own: string): ServedHost {
  const slash = written.indexOf('/');
  const namespace = slash < 0 ? '*' : written.slice(0, slash);
  return { namespace: namespace === '.' ? own : namespace, host: written.slice(slash + 1) };
}
