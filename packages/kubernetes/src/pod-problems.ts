import { setInterval as ticks } from 'node:timers/promises';
import type { CoreV1Event, V1ContainerStatus } from '@kubernetes/client-node';
import type { Cluster } from './cluster.ts';
import { isTerminating } from './object.ts';
import { lastLines } from './pod-logs.ts';
import { containerStatusesOf, isReady, type Pod } from './pods.ts';
import { STARTING } from './pods-waiting.ts';
import { timeLimit } from './time-limits.ts';

/** The reason for which a pod does not start. */
export interface PodProblem {
  readonly message: string;
  /** Problems with the same key are reported once. */
  readonly key: string;
  /** Milliseconds that the problem must last before it is reported. */
  readonly patience: number;
  /** The container whose last log lines explain more. */
  readonly crashed?: { readonly pod: string; readonly container: string; readonly restarts: number };
}

/** Problems that every pod passes through are reported only where they last longer. */
const PATIENCE_MS = 4_000;
/** A pod that runs and is not ready by then is reported with the failure of its probe. */
const PROBE_PATIENCE_MS = 5_000;
/** A startup probe fails while its container starts, which on two processors takes up to ten seconds. */
const STARTUP_PATIENCE_MS = 20_000;
/** A probe that failed longer ago than this may have succeeded since. */
const PROBE_AGE_MS = 4_000;
const TICK_MS = 500;
const PROBE = 'Unhealthy';
const EVENTS = new Set(['FailedMount', 'FailedScheduling', 'FailedCreate', 'FailedCreatePodSandBox', 'FailedAttachVolume', PROBE]);

/** Reports each reason for which a pod of the namespace does not start, once, within seconds; ends with `signal`. */
export async function reportPodProblems(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<void> {
  const since = Date.now();
  let pods: readonly Pod[] = [];
  let events: readonly CoreV1Event[] = [];
  const watch = <T>(collection: string, keep: (objects: readonly T[]) => void) =>
    cluster
      .watchUntil(`/api/v1/namespaces/${namespace}/${collection}`, signal, (objects) => {
        keep(objects as unknown as readonly T[]);
        return undefined;
      })
      .catch(() => {}); // the signal, or what the rollout itself will fail with
  const watches = [watch<Pod>('pods', (all) => (pods = all)), watch<CoreV1Event>('events', (all) => (events = all))];
  const firstSeen = new Map<string, number>();
  const reported = new Set<string>();
  try {
    for await (const _ of ticks(TICK_MS, undefined, { signal })) {
      for (const problem of podProblemsOf(pods, events, since, Date.now())) {
        const { message, key, patience } = problem;
        const seenAt = firstSeen.get(key) ?? Date.now();
        firstSeen.set(key, seenAt);
        if (reported.has(key) || Date.now() - seenAt < patience) continue;
        reported.add(key);
        report(`${message}${await outputOf(cluster, namespace, problem)}`);
      }
    }
  } catch {
    // the signal
  }
  await Promise.all(watches);
}

/** The reasons for which pods do not start: from their states, and from the events since `since`. */
export function podProblemsOf(pods: readonly Pod[], events: readonly CoreV1Event[], since: number, now: number): readonly PodProblem[] {
  const waiting = pods.filter((pod) => !isTerminating(pod) && !isReady(pod) && pod.status?.phase !== 'Succeeded');
  return [...waiting.flatMap(containerProblems), ...events.filter((event) => isCurrent(event, waiting, since, now)).map(eventProblem)];
}

/** Whether the event still applies, according to the state of its pod. */
function isCurrent(event: CoreV1Event, waiting: readonly Pod[], since: number, now: number): boolean {
  const { type, reason = '', involvedObject, lastTimestamp, eventTime } = event;
  const at = new Date(lastTimestamp ?? eventTime ?? 0).getTime() + 1_000; // events name whole seconds
  if (type !== 'Warning' || !EVENTS.has(reason) || at < since) return false;
  if (involvedObject.kind !== 'Pod') return true;
  const pod = waiting.find(({ metadata }) => metadata?.name === involvedObject.name);
  if (!pod) return false;
  if (reason === PROBE) return at >= now - PROBE_AGE_MS;
  if (reason === 'FailedScheduling') return !pod.spec?.nodeName;
  return containerStatusesOf(pod).every(({ state }) => !state?.running && !state?.terminated);
}

const eventProblem = ({ involvedObject: { kind, name }, reason, message = '' }: CoreV1Event): PodProblem => {
  const subject = `${kind?.toLowerCase()} ${name}`;
  const text = `${subject} ${reason === PROBE ? 'is not ready yet' : 'does not start'}: ${message.replaceAll('\n', ' ')}`;
  return reason === PROBE
    ? {
        message: text,
        key: `${subject} ${PROBE}`,
        patience: timeLimit(message.startsWith('Startup') ? STARTUP_PATIENCE_MS : PROBE_PATIENCE_MS),
      }
    : { message: text, key: text, patience: PATIENCE_MS };
};

function containerProblems(one: Pod): PodProblem[] {
  const pod = one.metadata?.name ?? '';
  return containerStatusesOf(one).flatMap((container) => {
    const reason = problemOf(container);
    if (!reason) return [];
    const { name, restartCount } = container;
    const message = `pod ${pod} does not start: container ${name} ${reason}`;
    const crashed = reason.startsWith('ended') ? { crashed: { pod, container: name, restarts: restartCount } } : {};
    return [{ message, key: message, patience: PATIENCE_MS, ...crashed }];
  });
}

function problemOf({ state, lastState }: V1ContainerStatus): string | undefined {
  const ended = [state?.terminated, lastState?.terminated].find((one) => one && one.exitCode !== 0);
  if (ended) return `ended with status ${ended.exitCode}${ended.reason && ended.reason !== 'Error' ? ` (${ended.reason})` : ''}`;
  const { reason = '', message } = state?.waiting ?? {};
  return reason === '' || STARTING.has(reason) ? undefined : `waits: ${[reason, message].filter(Boolean).join(': ')}`;
}

/** What a container printed before it ended. */
async function outputOf(cluster: Cluster, namespace: string, { crashed }: PodProblem): Promise<string> {
  if (!crashed) return '';
  const { restarts, ...source } = { namespace, ...crashed };
  const before = restarts > 0 ? await lastLines(cluster, source, 4, { previous: true }) : '';
  const lines = before || (await lastLines(cluster, source, 4, { previous: false }));
  return lines && `; its last lines: ${lines}`;
}
