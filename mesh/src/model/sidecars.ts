import { hostCovers, isWildcard } from '../names.ts';
import type { MeshObject } from '../object.ts';
import { fields, given, type Labels, labels, type Named, named, number, records, specOf, text, texts } from './fields.ts';
import type { Host } from './services.ts';

export interface EgressHost {
  /** `*` for every one, `~` for none; empty where none is written, which Istio rejects. */
  readonly namespace: string;
  readonly host: string;
  readonly path: string;
}

export interface EgressListener {
  readonly port?: number;
  readonly exact: ReadonlyMap<string, readonly EgressHost[]>;
  readonly patterns: readonly EgressHost[];
}

export interface Sidecar extends Named {
  readonly selector: Labels;
  /** Undefined where a proxy learns everything. */
  readonly egress?: readonly EgressListener[];
  readonly outboundMode?: string;
}

export function readSidecar(object: MeshObject): Sidecar {
  const spec = specOf(object);
  const one = named(object);
  return {
    ...one,
    selector: labels(fields(spec.workloadSelector).labels),
    ...(records(spec.egress).length > 0
      ? {
          egress: records(spec.egress).map((listener, index) => ({
            ...given({ port: number(fields(listener.port).number) }),
            ...readEgress(texts(listener.hosts), `spec.egress[${index}].hosts`, one.namespace),
          })),
        }
      : {}),
    ...given({ outboundMode: text(fields(spec.outboundTrafficPolicy).mode) }),
  };
}

function readEgress(hosts: readonly string[], path: string, own: string): Pick<EgressListener, 'exact' | 'patterns'> {
  const read = hosts.map((written, index): EgressHost => {
    const slash = written.indexOf('/');
    const namespace = written.slice(0, Math.max(0, slash));
    return { namespace: namespace === '.' ? own : namespace, host: written.slice(slash + 1), path: `${path}[${index}]` };
  });
  const exact = Map.groupBy(
    read.filter(({ host }) => !isWildcard(host)),
    ({ host }) => host,
  );
  return { exact, patterns: read.filter(({ host }) => isWildcard(host)) };
}

/** Whether a proxy under this Sidecar learns a name of a namespace, at a port where one is asked for. */
export function sidecarImports(sidecar: Sidecar | undefined, namespace: string, host: string, port?: number): boolean {
  if (!sidecar?.egress) return true;
  const inNamespace = (one: EgressHost) => one.namespace === '*' || one.namespace === namespace;
  return sidecar.egress.some(
    (listener) =>
      (listener.port === undefined || port === undefined || listener.port === port) &&
      ((listener.exact.get(host)?.some(inNamespace) ?? false) ||
        listener.patterns.some((one) => inNamespace(one) && hostCovers(one.host, host))),
  );
}

export const sidecarImportsHost = (sidecar: Sidecar | undefined, { namespace, hosts }: Host, port?: number): boolean =>
  hosts.some((host) => sidecarImports(sidecar, namespace, host, port));
