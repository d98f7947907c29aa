import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { countedBetween, countersQuestion, type ProxyCounters, readCounters, STATISTICS } from './counters.ts';
import { slowBounds, strataOf } from './strata.ts';

const HOST = 'preview.platform.svc.cluster.local';
const counter = (version: string, name: string, value: number) => ({ name: `cluster.outbound|8080|${version}|${HOST};.${name}`, value });
const histogram = (version: string, counts: Readonly<Record<number, number>>) => ({
  name: `cluster.outbound|8080|${version}|${HOST};.upstream_rq_time`,
  buckets: Object.entries(counts).map(([bound, cumulative]) => ({ upper_bound: Number(bound), interval: 0, cumulative })),
});
/** As the pinned Envoy answers. */
const answer = (uptime: number, counters: readonly object[], histograms: readonly object[] = []) =>
  JSON.stringify({ stats: [...counters, { name: 'server.uptime', value: uptime }, { histograms }] });

describe('the counters of a proxy', () => {
  it('are read by version', () => {
    const { uptime, versions } = readCounters(
      answer(
        276,
        [
          counter('v1', 'upstream_rq_completed', 71),
          counter('v1', 'upstream_rq_5xx', 2),
          counter('v1', 'upstream_rq_4xx', 3),
          counter('v1', 'upstream_rq_retry', 7),
          counter('v1', 'upstream_rq_timeout', 1),
          counter('v2', 'upstream_rq_completed', 9),
        ],
        [histogram('v1', { 25: 60, 50: 71 })],
      ),
    );
    expect(uptime).toBe(276);
    expect([...versions.keys()]).toEqual(['v1', 'v2']);
    expect(versions.get('v1')).toEqual({
      answers: 71,
      failures: 2,
      clientErrors: 3,
      retried: 7,
      timeouts: 1,
      latency: new Map([
        [25, 60],
        [50, 71],
      ]),
    });
  });

  it('judge a gRPC call by its status, not by its HTTP 200', () => {
    const { versions } = readCounters(
      answer(1, [
        counter('v1', 'upstream_rq_completed', 30),
        counter('v1', 'grpc.0', 20),
        counter('v1', 'grpc.14', 6),
        counter('v1', 'grpc.5', 4),
      ]),
    );
    expect(versions.get('v1')).toMatchObject({ answers: 30, failures: 6, clientErrors: 4 });
  });

  it('are asked for by the full name of the service, which no other service matches', () => {
    const filter = new RegExp(new URL(countersQuestion(HOST), 'http://proxy').searchParams.get('filter') ?? '');
    expect(filter.test(counter('v1', 'upstream_rq_completed', 1).name)).toBe(true);
    expect(filter.test(counter('v1', 'retry.upstream_rq_completed', 1).name)).toBe(false);
    expect(filter.test(counter('v1', 'upstream_rq_completed', 1).name.replace('preview.', 'previewXplatform.'))).toBe(false);
    expect(filter.test('server.uptime')).toBe(true);
  });

  const at = (uptime: number, completed: number): ProxyCounters =>
    readCounters(answer(uptime, [counter('v1', 'upstream_rq_completed', completed)]));

  it('are compared with those of the read before', () => {
    expect(countedBetween(at(10, 100), at(12, 130)).get('v1')?.answers).toBe(30);
  });

  it('count from 0 where the proxy restarted in between', () => {
    expect(countedBetween(at(500, 100), at(2, 130)).get('v1')?.answers).toBe(130);
    expect(countedBetween(undefined, at(2, 5)).get('v1')?.answers).toBe(5);
  });

  it('count from 0 where only the cluster of a version was added again, so that its first failures are not all of its requests', () => {
    const read = (uptime: number, completed: number, failed: number) =>
      readCounters(answer(uptime, [counter('v1', 'upstream_rq_completed', completed), counter('v1', 'upstream_rq_5xx', failed)]));
    expect(countedBetween(read(10, 1_000, 0), read(12, 50, 2)).get('v1')).toMatchObject({ answers: 50, failures: 2 });
  });
});

describe('a response', () => {
  const latency = new Map([
    [5, 500],
    [25, 950],
    [100, 996],
    [250, 1_000],
  ]);

  it('is slow above the bound that leaves at most a tenth, or a hundredth, of the baseline’s above it', () => {
    expect(slowBounds(latency)).toEqual({ slow: 25, slowest: 100 });
  });

  it('is not called slow before the baseline has answered often enough', () => {
    expect(slowBounds(new Map([[25, 49]]))).toEqual({ slow: undefined, slowest: undefined });
    expect(slowBounds(new Map([[25, 199]]))).toEqual({ slow: 25, slowest: undefined });
  });

  it('within 25 ms is never called slow', () => {
    const fast = [[5, 990], [10, 1_000], [25, 1_000], [50, 1_000]] as const; // biome-ignore format: pairs
    expect(slowBounds(new Map(fast))).toEqual({ slow: 25, slowest: 25 });
  });

  it('that timed out is slower than any', () => {
    const counted = new Map([
      ['v1', { answers: 1_000, failures: 0, clientErrors: 0, retried: 0, timeouts: 0, latency }],
      ['v2', { answers: 12, failures: 2, clientErrors: 0, retried: 3, timeouts: 2, latency: new Map([[25, 9], [100, 10]]) }], // biome-ignore format: a row
    ]);
    expect(strataOf(counted, 'v2', 'v1', { slow: 25, slowest: undefined })).toEqual({
      failures: { canary: { requests: 12, bad: 2 }, baseline: { requests: 1_000, bad: 0 } },
      attempts: { canary: { requests: 15, bad: 5 }, baseline: { requests: 1_000, bad: 0 } },
      clientErrors: { canary: { requests: 12, bad: 0 }, baseline: { requests: 1_000, bad: 0 } },
      slow: { canary: { requests: 12, bad: 3 }, baseline: { requests: 1_000, bad: 50 } },
    });
  });
});

describe('infra/istio/base.yaml', () => {
  it('admits the statistics in sidecars and in the gateway', async () => {
    const text = await readFile(new URL('../../../infra/istio/base.yaml', import.meta.url), 'utf8');
    const admitted = [...text.matchAll(/inclusionRegexps:\n\s+- (.*)/g)].map(([, pattern = '']) => new RegExp(`^${pattern}$`));
    expect(admitted).toHaveLength(2);
    for (const pattern of admitted) {
      expect(pattern.source).toContain(STATISTICS);
      expect(pattern.test(counter('v1', 'upstream_rq_time', 0).name)).toBe(true);
      expect(pattern.test(counter('', 'upstream_rq_time', 0).name)).toBe(false); // a service without versions costs no memory
    }
  });
});
