import { PROXY } from './istio-names.ts';
import { isTerminating } from './object.ts';
import { containerStatusesOf, isReady, type Pod } from './pods.ts';

/** Most pods that are named. */
const MOST = 8;

/** How many pods are not ready yet, and a line for each with what it waits for: `    web-v1-x waits for its sidecar`. Empty where all are ready. */
export function podsWaiting(pods: readonly Pod[]): string {
  const present = pods.filter((pod) => !isTerminating(pod) && pod.status?.phase !== 'Succeeded');
  const waiting = present.filter((pod) => !isReady(pod));
  if (waiting.length === 0) return '';
  const lines = waiting.map((pod) => `    ${pod.metadata?.name} ${waitsFor(pod)}`).sort();
  const more = lines.length > MOST ? [`    and ${lines.length - MOST} more`] : [];
  return [`${waiting.length} of ${present.length} pods not ready`, ...lines.slice(0, MOST), ...more].join('\n');
}

function waitsFor(pod: Pod): string {
  if (!pod.spec?.nodeName) return 'has no node';
  const statuses = containerStatusesOf(pod);
  const stuck = statuses.find(({ state }) => state?.waiting?.reason && !STARTING.has(state.waiting.reason))?.state?.waiting?.reason;
  if (stuck) return stuck;
  const proxy = statuses.find(({ name }) => name === PROXY);
  if (proxy?.state?.running && !proxy.ready) return 'waits for its sidecar';
  const next = statuses.find(({ state }) => !state?.running && !state?.terminated);
  if (next) return `starts ${next.name}`;
  const unready = statuses.find(({ state, ready }) => state?.running && !ready);
  return unready ? `waits for the probe of ${unready.name}` : 'is created';
}

/** States of a container on the way to its start. */
export const STARTING: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);
