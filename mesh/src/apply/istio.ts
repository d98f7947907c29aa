import { abortAfter, type Cluster, type LiveObject, PlatformError, type PodConnection } from '@mesh-platform/kubernetes';
import { isIstio, type MeshObject } from '../object.ts';

/** The release whose CRDs lie in mesh/crds. */
export const ISTIO_RELEASE = '1.31';

const ANSWER_MS = 10_000;
const STATUS_MS = 5_000;
/** The port of istiod's debug interface, which serves the state of its proxies to loopback clients without a token. */
const DEBUG_PORT = 15014;

/**
 * Looks whether the cluster can take the objects: its API server answers and its Istio has their kinds. Throws a message where it
 * cannot; gives warnings where it may.
 */
export async function inspectIstio(cluster: Cluster, objects: readonly MeshObject[]): Promise<readonly string[]> {
  await cluster.getText('/version', abortAfter(ANSWER_MS));
  const kinds = new Map(objects.filter(isIstio).map(({ apiVersion = '', kind = '' }) => [`${kind} (${apiVersion})`, { apiVersion, kind }]));
  if (kinds.size === 0) return [];
  const served = await Promise.all([...kinds.values()].map(({ apiVersion, kind }) => cluster.serves(apiVersion, kind)));
  const absent = [...kinds.keys()].filter((_, index) => !served[index]);
  if (absent.length === kinds.size)
    throw new PlatformError(
      'the cluster has no Istio: none of its CRDs is there',
      `install Istio ${ISTIO_RELEASE}, then run the command again`,
    );
  if (absent.length > 0)
    throw new PlatformError(
      `the cluster has the CRDs of another Istio release: it has no ${absent.join(', no ')}`,
      `install the CRDs of Istio ${ISTIO_RELEASE}`,
    );
  const release = await releaseOf(cluster);
  return release && !release.startsWith(`${ISTIO_RELEASE}.`)
    ? [`istiod is Istio ${release}, the objects were made for ${ISTIO_RELEASE}: upgrade istiod and its CRDs together`]
    : [];
}

/** No istiod runs. */
export class IstiodUnavailable extends PlatformError {
  override readonly name = 'IstiodUnavailable';
}

/** The pods of the control plane that answer. */
async function istiodPods(cluster: Cluster): Promise<readonly LiveObject[]> {
  const pods = await cluster.list<LiveObject>('v1', 'Pod', undefined, 'app=istiod');
  return pods.filter(({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === 'Running');
}

async function releaseOf(cluster: Cluster): Promise<string> {
  const [istiod] = await istiodPods(cluster);
  if (!istiod)
    throw new IstiodUnavailable(
      'no istiod runs in the cluster: its proxies would not hear of a change',
      `install Istio ${ISTIO_RELEASE}, or fix istiod, then run the command again`,
    );
  const { namespace, name } = istiod.metadata ?? {};
  return cluster.getText(`/api/v1/namespaces/${namespace}/pods/${name}:${DEBUG_PORT}/proxy/version`, abortAfter(ANSWER_MS)).catch(() => '');
}

/** The answer of a proxy to its last configuration of one xDS type. */
export interface Rejection {
  /** `web-v1-abc.platform` */
  readonly proxy: string;
  readonly words: string;
}

interface SyncStatus {
  readonly proxy?: string;
  readonly resources?: Readonly<Record<string, { readonly lastError?: string }>>;
}

/** The refusals in an answer of istiod's `/debug/syncz`; each is there until the proxy accepts what comes after it. */
export const rejectionsIn = (text: string): readonly Rejection[] =>
  (JSON.parse(text) as SyncStatus[]).flatMap(({ proxy = '', resources = {} }) =>
    Object.values(resources).flatMap(({ lastError }) => (lastError ? [{ proxy, words: lastError.trim() }] : [])),
  );

/** Reads the rejections of proxies from each istiod. Keeps the connections. */
export class Rejections {
  readonly #cluster: Cluster;
  #connections: Promise<readonly PodConnection[]> | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** What proxies reject now. Undefined where no istiod may be asked, as in a managed control plane, or answers. */
  async read(signal: AbortSignal): Promise<readonly Rejection[] | undefined> {
    try {
      this.#connections ??= this.#connect();
      const asked = AbortSignal.any([signal, abortAfter(STATUS_MS)]);
      const answers = await Promise.all((await this.#connections).map((istiod) => istiod.get('/debug/syncz', asked)));
      return answers.length > 0 ? answers.flatMap(rejectionsIn) : undefined;
    } catch {
      signal.throwIfAborted();
      this.close();
      return undefined;
    }
  }

  async #connect(): Promise<readonly PodConnection[]> {
    const pods = await istiodPods(this.#cluster);
    return Promise.all(pods.map(({ metadata }) => this.#cluster.connect(metadata?.namespace ?? '', metadata?.name ?? '', DEBUG_PORT)));
  }

  close(): void {
    const closeAll = (all: readonly PodConnection[]) => {
      for (const connection of all) connection.close();
    };
    this.#connections?.then(closeAll).catch(() => {});
    this.#connections = undefined;
  }
}
