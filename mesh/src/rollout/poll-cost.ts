import type { MeshProxy } from '../apply/expectation.ts';
import { CallerCounters } from './caller-counters.ts';
import { judge } from './decision.ts';
import { type Evidences, observe, verdicts } from './metrics.ts';
import { slowBounds, strataOf } from './strata.ts';

const POLLS = 50;
const HOST = 'preview.platform.svc.cluster.local';
/** As many buckets as Envoy has for a histogram by default. */
const BOUNDS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000];

/** The processor time in milliseconds of one poll of so many callers, without the network, and the size of one answer. */
export async function pollCost(callers: number): Promise<{ readonly cpuMs: number; readonly bytes: number }> {
  const proxies: MeshProxy[] = Array.from({ length: callers }, (_, index) => ({ namespace: 'platform', pod: `p-${index}`, labels: new Map(), gateways: [] })); // biome-ignore format: one step
  let polls = 0;
  const counters = new CallerCounters({ list: async () => proxies, ask: async () => answer(polls) }, HOST, false);
  const { signal } = new AbortController();
  await counters.mark(signal);
  let evidences: Evidences = {};
  const before = process.cpuUsage();
  while (polls < POLLS) {
    polls += 1;
    const counted = await counters.counted(signal);
    const bounds = slowBounds(counted[0]?.get('v1')?.latency ?? new Map());
    evidences = observe(evidences, counted.map((one) => strataOf(one, 'v2', 'v1', bounds)), { maxRatio: 1.25, floor: 0.01 }); // biome-ignore format: one step
    judge(verdicts(evidences), 0, 4);
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000 / POLLS, bytes: answer(polls).length };
}

/** An answer of Envoy about two versions, with all that is admitted of each. */
function answer(polls: number): string {
  const name = (version: string, statistic: string) => `cluster.outbound|8080|${version}|${HOST};.${statistic}`;
  const names = ['upstream_rq_completed', 'upstream_rq_4xx', 'upstream_rq_5xx', 'upstream_rq_retry', 'upstream_rq_timeout'];
  const versions = [['v1', 90], ['v2', 10]] as const; // biome-ignore format: pairs
  const stats = versions.flatMap(([version, perPoll]) =>
    names.map((statistic, index) => ({ name: name(version, statistic), value: index === 0 ? perPoll * polls : polls })),
  );
  const histograms = versions.map(([version, perPoll]) => ({
    name: name(version, 'upstream_rq_time'),
    buckets: BOUNDS.map((bound) => ({ upper_bound: bound, interval: 0, cumulative: bound < 25 ? 0 : perPoll * polls })),
  }));
  return JSON.stringify({ stats: [...stats, { name: 'server.uptime', value: polls }, { histograms }] });
}
