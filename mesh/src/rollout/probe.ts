import { setTimeout as pause } from 'node:timers/promises';

const ANSWER_MS = 5_000;

/** Requests that a rollout sends itself where there is no traffic. */
export interface ProbeRequests {
  /** A GET: nothing is changed by it. */
  readonly url: string;
  readonly perSecond: number;
}

export interface ProbeCounts {
  readonly sent: number;
  /** Without an answer in 5 s, or with 5xx. */
  readonly failed: number;
}

/** Sends requests at an even pace until the signal aborts. One that is due while as many as a second has are unanswered is left out. */
export async function sendProbes({ url, perSecond }: ProbeRequests, signal: AbortSignal): Promise<ProbeCounts> {
  let sent = 0;
  let failed = 0;
  const open = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let due = 1; !signal.aborted; due += 1) {
    if (open.size < perSecond) {
      sent += 1;
      const answer = isAnswered(url).then((answered) => {
        if (!answered) failed += 1;
        open.delete(answer);
      });
      open.add(answer);
    }
    const ahead = startedAt + (due * 1_000) / perSecond - performance.now();
    await pause(Math.max(ahead, 1), undefined, { signal }).catch(() => {});
  }
  await Promise.all(open);
  return { sent, failed };
}

async function isAnswered(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), headers: { 'user-agent': 'mesh-rollout' } });
    await answer.arrayBuffer();
    return answer.status < 500;
  } catch {
    return false;
  }
}
