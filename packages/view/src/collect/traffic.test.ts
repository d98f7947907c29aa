import { describe, expect, it } from 'vitest';
import { readConnections, readStatistics } from './proxy-statistics.ts';
import { ServiceShares } from './shares.ts';
import { quantile, type Reading, Traffic } from './traffic.ts';

const HOST = 'web.platform.svc.cluster.local';
const OPENED = 1_000_000;

/** An answer of a proxy with so many requests to v1, of which some failed. */
const reading = (proxy: string, uptime: number, completed: number, failed = 0, version = 'v1'): Reading => ({
  proxy,
  caller: 'preview',
  statistics: readStatistics(
    JSON.stringify({
      stats: [
        { name: 'server.uptime', value: uptime },
        { name: `cluster.outbound|8080|${version}|${HOST};.upstream_rq_completed`, value: completed },
        { name: `cluster.outbound|8080|${version}|${HOST};.upstream_rq_5xx`, value: failed },
      ],
    }),
  ),
});

describe('Traffic', () => {
  it('counts since the view was opened, not since the proxy started', () => {
    const traffic = new Traffic(OPENED);
    traffic.add(reading('p1', 500, 100, 10), OPENED + 1_000);
    traffic.add(reading('p1', 502, 130, 11), OPENED + 3_000);
    expect(traffic.call('preview', HOST).versions).toMatchObject([{ version: 'v1', answers: 30, failures: 1 }]);
  });

  it('counts all of a proxy that restarted, and of one that started later than the view', () => {
    const traffic = new Traffic(OPENED);
    traffic.add(reading('p1', 500, 100), OPENED + 1_000);
    traffic.add(reading('p1', 1, 7), OPENED + 3_000);
    traffic.add(reading('p2', 2, 5), OPENED + 9_000);
    expect(traffic.call('preview', HOST).versions).toMatchObject([{ answers: 12 }]);
  });

  it('keeps what a pod counted that is gone', () => {
    const traffic = new Traffic(OPENED);
    traffic.add(reading('p1', 500, 100), OPENED);
    traffic.add(reading('p1', 502, 150), OPENED + 2_000);
    traffic.forget(() => false);
    expect(traffic.call('preview', HOST).versions).toMatchObject([{ answers: 50 }]);
  });

  it('gives the mean rate of the last ten seconds', () => {
    const traffic = new Traffic(OPENED);
    for (let second = 0; second <= 30; second += 2) {
      traffic.add(reading('p1', 500 + second, second < 20 ? 0 : 50 * (second - 18)), OPENED + second * 1000);
      traffic.tick(OPENED + second * 1000);
    }
    expect(traffic.call('preview', HOST).rate).toBeCloseTo(50, 0);
  });

  it('counts connections, which have no requests', () => {
    const traffic = new Traffic(OPENED);
    const at = (opened: number, uptime: number): Reading => ({
      ...reading('p1', uptime, 0),
      connections: new Map([['db', { opened, open: 2 }]]),
    });
    traffic.add(at(11, 500), OPENED);
    traffic.add(at(13, 502), OPENED + 2_000);
    traffic.add(at(3, 1), OPENED + 4_000);
    expect(traffic.call('preview', 'db')).toMatchObject({ connections: 5, open: 2 });
    traffic.forget(() => false);
    expect(traffic.call('preview', 'db')).toMatchObject({ connections: 5, open: 0 });
  });
});

it('a quantile is the bound of the bucket in which it lies', () => {
  const latency = new Map([
    [5, 40],
    [25, 98],
    [100, 100],
  ]);
  expect([quantile(latency, 0.5), quantile(latency, 0.99), quantile(new Map(), 0.5)]).toEqual([25, 100, undefined]);
});

it('a proxy’s refusals, handshakes and connection to istiod are read from its statistics', () => {
  const found = readStatistics(
    JSON.stringify({
      stats: [
        { name: 'cluster.xds-grpc;.upstream_cx_active', value: 1 },
        { name: 'http.inbound_0.0.0.0_8080;.rbac.denied', value: 3 },
        { name: 'tcp.rbac.denied', value: 2 },
        { name: 'listener.0.0.0.0_15006.ssl.handshake', value: 9 },
        { name: 'listener.0.0.0.0_15006.ssl.fail_verify_san', value: 1 },
        { name: 'listener.0.0.0.0_15006.ssl.connection_error', value: 4 },
      ],
    }),
  );
  expect(found).toMatchObject({ connected: true, refusedRequests: 3, refusedConnections: 2, handshakes: 9, failedHandshakes: 5 });
});

it('connections are added up by host, over its endpoints', () => {
  const endpoint = (value: string) => ({
    stats: [
      { name: 'cx_total', value },
      { name: 'cx_active', value: '1' },
    ],
  });
  const answer = {
    cluster_statuses: [{ name: 'outbound|5432||postgres', host_statuses: [endpoint('11'), endpoint('2')] }, { name: 'agent' }],
  };
  expect(readConnections(JSON.stringify(answer))).toEqual(new Map([['postgres', { opened: 13, open: 2 }]]));
});

describe('ServiceShares', () => {
  const shares = (v1: number, v2: number) => {
    let answers = new Map<string, number>();
    const found = new ServiceShares({ answers: () => answers });
    found.set(HOST, new Map([['v1', 80], ['v2', 20]])); // biome-ignore format: one map
    found.begin(found.unread());
    answers = new Map([['v1', v1], ['v2', v2]]); // biome-ignore format: one map
    return { found, counted: (more: number) => { answers = new Map([['v1', v1 + more], ['v2', v2]]); } }; // biome-ignore format: one object
  };

  it('reports whether chance explains the difference between a weight and what was measured', () => {
    expect(
      shares(805, 195)
        .found.of(HOST)
        .map(({ isExplained }) => isExplained),
    ).toEqual([true, true]);
    expect(
      shares(500, 500)
        .found.of(HOST)
        .map(({ isExplained }) => isExplained),
    ).toEqual([false, false]);
    expect(
      shares(0, 0)
        .found.of(HOST)
        .map(({ isExplained }) => isExplained),
    ).toEqual([undefined, undefined]);
  });

  it('begins to count again when the weights change', () => {
    const { found, counted } = shares(800, 200);
    found.set(HOST, new Map([['v1', 100], ['v2', 0]])); // biome-ignore format: one map
    found.begin(found.unread());
    counted(50);
    found.begin(found.unread());
    expect(found.of(HOST)).toEqual([
      { version: 'v1', weight: 100, answers: 50, isExplained: true },
      { version: 'v2', weight: 0, answers: 0, isExplained: true },
    ]);
  });

  it('counts nothing until a reading that began after the weights were set: what it has until then may follow the old ones', () => {
    const { found, counted } = shares(800, 200);
    const underWay = found.unread();
    found.set(HOST, new Map([['v1', 100], ['v2', 0]])); // biome-ignore format: one map
    counted(10);
    found.begin(underWay);
    counted(15);
    expect(found.of(HOST).map(({ answers }) => answers)).toEqual([0, 0]);
    found.begin(found.unread());
    counted(30);
    expect(found.of(HOST).map(({ answers }) => answers)).toEqual([15, 0]);
  });

  it('has no shares of a service whose traffic is not split', () => {
    const { found } = shares(1, 1);
    found.set(HOST, undefined);
    expect(found.of(HOST)).toEqual([]);
  });
});
