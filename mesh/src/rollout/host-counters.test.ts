import { describe, expect, it } from 'vitest';
import { countedBetween } from './counters.ts';
import { byVersion, readHostCounters } from './host-counters.ts';
import { strataOf } from './strata.ts';

const HOST = 'preview.platform.svc.cluster.local';
/** As the pinned Envoy answers: strings, and no value for 0. */
const host = (address: string, counts: Readonly<Record<string, number>>) => ({
  address: { socket_address: { address, port_value: 8080 } },
  stats: ['rq_error', 'rq_success', 'rq_timeout', 'rq_total'].map((name) => ({
    name,
    ...(counts[name] ? { value: String(counts[name]) } : {}),
  })),
});
const answer = (clusters: Readonly<Record<string, readonly object[]>>) =>
  JSON.stringify({ cluster_statuses: Object.entries(clusters).map(([name, host_statuses]) => ({ name, host_statuses })) });
const NO_SLOW = { slow: undefined, slowest: undefined };

describe('the hosts of a proxy without admitted statistics', () => {
  it('give attempts and failures by version, and nothing of other services or of all versions together', () => {
    const text = answer({
      [`outbound|8080|v1|${HOST}`]: [host('10.0.0.1', { rq_success: 90, rq_error: 3, rq_timeout: 3 }), host('10.0.0.2', { rq_success: 7 })],
      [`outbound|8080|v2|${HOST}`]: [host('10.0.0.3', { rq_success: 5, rq_error: 1, rq_timeout: 2 })],
      [`outbound|8080||${HOST}`]: [host('10.0.0.1', { rq_success: 500 })],
      'outbound|8080|v1|other.platform.svc.cluster.local': [host('10.0.0.9', { rq_success: 500 })],
      prometheus_stats: [],
    });
    const versions = byVersion(readHostCounters(text, HOST, 1).versions);
    expect([...versions].map(([version, { answers, failures }]) => [version, answers, failures])).toEqual([
      ['v1', 100, 3],
      ['v2', 7, 2],
    ]);
  });

  it('count from 0 where a pod was replaced', () => {
    const before = readHostCounters(answer({ [`outbound|8080|v2|${HOST}`]: [host('10.0.0.3', { rq_success: 100 })] }), HOST, 10);
    const after = readHostCounters(answer({ [`outbound|8080|v2|${HOST}`]: [host('10.0.0.4', { rq_success: 8, rq_error: 1 })] }), HOST, 12);
    expect(byVersion(countedBetween(before, after)).get('v2')).toMatchObject({ answers: 9, failures: 1 });
  });

  it('judge failed attempts and nothing else', () => {
    const text = answer({ [`outbound|8080|v2|${HOST}`]: [host('10.0.0.3', { rq_success: 5, rq_error: 2 })] });
    expect(strataOf(byVersion(readHostCounters(text, HOST, 1).versions), 'v2', 'v1', NO_SLOW)).toEqual({
      attempts: { canary: { requests: 7, bad: 2 }, baseline: { requests: 0, bad: 0 } },
    });
  });
});
