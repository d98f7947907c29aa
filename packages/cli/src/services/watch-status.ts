import { type Cluster, GATEWAY, ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import type { RunningTarget } from '@mesh-platform/targets';
import type { StatusReport } from './status.ts';
import { NAMESPACE } from './topology.ts';

/** Everything of a report that the API server can watch: pods, the Leases of rollouts, and Istio's objects. */
const PATHS: readonly string[] = [
  ...[NAMESPACE, ISTIO_NAMESPACE, GATEWAY.namespace].map((namespace) => `/api/v1/namespaces/${namespace}/pods`),
  `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`,
  ...['virtualservices', 'destinationrules', 'gateways', 'sidecars', 'serviceentries'].map(
    (kind) => `/apis/networking.istio.io/v1/namespaces/${NAMESPACE}/${kind}`,
  ),
  ...['authorizationpolicies', 'peerauthentications'].map((kind) => `/apis/security.istio.io/v1/namespaces/${NAMESPACE}/${kind}`),
  `/apis/telemetry.istio.io/v1/namespaces/${NAMESPACE}/telemetries`,
];

/** Changes come in groups, such as those of a rollout. */
const SETTLE_MS = 300;
/** The components of an embedded node are processes, which nothing watches; ages grow. */
const LOOK_MS = 5_000;

interface Watched {
  readonly cluster: Pick<Cluster, 'watchUntil'>;
  components(): ReturnType<RunningTarget['components']>;
}

/** Reads the status at first and after each change until `signal`, and shows it. `isNew` is false where only time has passed. */
export async function watchStatus(
  { cluster, components }: Watched,
  read: () => Promise<StatusReport>,
  show: (report: StatusReport, isNew: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let woken = Promise.withResolvers<'change' | 'time'>();
  const onChange = () => void woken.resolve('change');
  const timer = setInterval(() => woken.resolve('time'), LOOK_MS);
  const stopped = new AbortController();
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {}); // each race below throws what it throws
  signal.addEventListener('abort', () => ended.reject(signal.reason), { once: true });
  for (const path of PATHS) cluster.watchUntil(path, AbortSignal.any([signal, stopped.signal]), onChange).catch(ended.reject);
  try {
    let report = await read();
    show(report, true);
    for (;;) {
      const event = await Promise.race([woken.promise, ended.promise]);
      woken = Promise.withResolvers();
      if (event === 'time' && sameNode(report, await components())) {
        show(report, false);
        continue;
      }
      await Promise.race([new Promise((resolve) => setTimeout(resolve, SETTLE_MS)), ended.promise]);
      woken = Promise.withResolvers();
      report = await read();
      show(report, true);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(timer);
    stopped.abort();
  }
}

const sameNode = ({ node }: StatusReport, components: StatusReport['node']): boolean =>
  node.length === components.length &&
  components.every(({ name, state, restarts }, index) => {
    const before = node[index];
    return before?.name === name && before.state === state && before.restarts === restarts;
  });
