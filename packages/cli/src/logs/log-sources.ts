import { type Cluster, GATEWAY, ISTIO_NAMESPACE, type LiveObject, type LogSource } from '@mesh-platform/kubernetes';
import { NAMESPACE } from '../services/namespace.ts';
import { UsageError } from '../usage-error.ts';
import type { Writer } from './access-entry.ts';

/** A container whose lines are shown, and its service. */
export interface WriterSource extends LogSource {
  readonly writer: Writer;
  /** `proxy`: the lines are its access log. */
  readonly kind: 'service' | 'proxy';
}

interface Pod extends LiveObject {
  readonly spec?: {
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
}

/** What Istio runs, by namespace and by the label `app` of its pods. */
const SYSTEM: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [ISTIO_NAMESPACE]: { istiod: 'istiod' },
  [GATEWAY.namespace]: { [GATEWAY.name]: 'gateway' },
};
const PROXY = 'istio-proxy';

/** Every container of the platform's pods, of the gateway and of istiod. */
export async function logSources(cluster: Cluster): Promise<readonly WriterSource[]> {
  const namespaces = [NAMESPACE, ...Object.keys(SYSTEM)];
  const pods = await Promise.all(namespaces.map((namespace) => cluster.list<Pod>('v1', 'Pod', namespace)));
  return pods.flat().flatMap(sourcesOf);
}

/** The sources of one service; those of the platform where none is named. */
export const sourcesNamed = (sources: readonly WriterSource[], service: string | undefined): readonly WriterSource[] =>
  sources.filter(({ namespace, writer }) => (service === undefined ? namespace === NAMESPACE : writer.service === service));

/** A name that is none must not look like silence. */
export function requireKnown(sources: readonly WriterSource[], service: string | undefined): void {
  if (sourcesNamed(sources, service).length > 0) return;
  const known = [...new Set(sources.map(({ writer }) => writer.service))].sort();
  throw new UsageError(`there is no pod of '${service ?? NAMESPACE}'`, `name one of: ${known.join(', ')}`);
}

function sourcesOf({ metadata, spec }: Pod): WriterSource[] {
  const { name: pod = '', namespace = '', labels = {} } = metadata ?? {};
  const app = labels.app ?? '';
  const system = SYSTEM[namespace];
  const service = system ? system[app] : app;
  if (!service) return [];
  const writer = { service, version: system ? '' : (labels.version ?? ''), pod };
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
    .map(({ name }) => name)
    .filter((name) => name !== 'istio-validation' && name !== 'istio-init')
    .map((container) => ({ namespace, pod, container, writer, kind: container === PROXY ? 'proxy' : 'service' }));
}
