import { type Cluster, containersOf, GATEWAY, ISTIO_NAMESPACE, type LogSource, type Pod, UsageError } from '@mesh-platform/kubernetes';
import { NAMESPACE } from '../services/topology.ts';
import type { Writer } from './access-entry.ts';

/** A container whose lines are shown, and its service. */
export interface WriterSource extends LogSource {
  readonly writer: Writer;
  /** `proxy`: the lines are its access log. */
  readonly kind: 'service' | 'proxy';
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

/** The sources of these services; those of the platform where none is named. */
export const sourcesNamed = (sources: readonly WriterSource[], services: readonly string[]): readonly WriterSource[] =>
  sources.filter(({ namespace, writer }) => (services.length === 0 ? namespace === NAMESPACE : services.includes(writer.service)));

/** A name that is none must not look like silence. */
export function requireKnown(sources: readonly WriterSource[], services: readonly string[]): void {
  const wanted = services.length > 0 ? services.map((name) => [name, [name]] as const) : [[NAMESPACE, []] as const];
  const unknown = wanted.filter(([, named]) => sourcesNamed(sources, named).length === 0).map(([name]) => `'${name}'`);
  const known = [...new Set(sources.map(({ writer }) => writer.service))].sort();
  if (unknown.length > 0) throw new UsageError(`there is no pod of ${unknown.join(', ')}`, `name one of: ${known.join(', ')}`);
}

function sourcesOf(pod: Pod): WriterSource[] {
  const { name = '', namespace = '', labels = {} } = pod.metadata ?? {};
  const app = labels.app ?? '';
  const system = SYSTEM[namespace];
  const service = system ? system[app] : app;
  if (!service) return [];
  const writer = { service, version: system ? '' : (labels.version ?? ''), pod: name };
  return containersOf(pod)
    .map(({ name: container }) => container)
    .filter((container) => container !== 'istio-validation' && container !== 'istio-init')
    .map((container) => ({ namespace, pod: name, container, writer, kind: container === PROXY ? 'proxy' : 'service' }));
}
