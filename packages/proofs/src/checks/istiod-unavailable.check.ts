import { type Cluster, ISTIO_NAMESPACE, ISTIOD, type KubernetesObject, type LiveObject, rolledOut } from '@mesh-platform/kubernetes';
import { check } from '../check.ts';
import { reached } from '../participants/participants.ts';
import { isAnswered, requests, statusesInWords } from '../wire/requests.ts';

const COUNT = 400;
const GONE_MS = 60_000;
const BACK_MS = 120_000;

/** The control plane is not on the route of any request. */
export const istiodUnavailable = check({
  name: 'istiod-unavailable',
  title: 'istiod is unavailable, and traffic continues',
  participants: reached,
  does: ({ services }) =>
    `istiod is scaled to nothing; ${COUNT} requests go through ${inWords(services.map(({ name }) => name))}; istiod comes back`,
  arrange: async ({ cluster, signal, cleanup }) => {
    const before = Number((await cluster.read<LiveObject>(ISTIOD))?.spec?.replicas ?? 1);
    cleanup(async () => {
      await scale(cluster, before);
      await rolledOut(cluster, ISTIO_NAMESPACE, [{ kind: ISTIOD.kind, name: ISTIOD.metadata.name }], BACK_MS);
    });
    await scale(cluster, 0);
    await gone(cluster, signal);
  },
  act: ({ gatewayUrl, path, signal }) => requests(gatewayUrl, COUNT, { path }, signal),
  evidence: (replies) => ({
    passes: replies.length === COUNT && replies.every(isAnswered),
    lines: [`no pod of istiod runs; ${COUNT} requests: ${statusesInWords(replies)}`],
  }),
});

const inWords = (names: readonly string[]): string => new Intl.ListFormat('en').format(names);

const scale = (cluster: Cluster, replicas: number): Promise<void> =>
  cluster.apply([{ ...ISTIOD, spec: { replicas } } as KubernetesObject], 'mesh-platform-proof');

const gone = (cluster: Cluster, signal: AbortSignal): Promise<true> =>
  cluster.watchUntil(`/api/v1/namespaces/${ISTIO_NAMESPACE}/pods`, AbortSignal.any([signal, AbortSignal.timeout(GONE_MS)]), (pods) =>
    pods.some(({ metadata }) => metadata?.labels?.app === ISTIOD.metadata.name) ? undefined : true,
  );
