import { describe, expect, it } from 'vitest';
import type { MeshProxy } from '../apply/expectation.ts';
import { CallerCounters } from './caller-counters.ts';

const HOST = 'back.shop.svc.cluster.local';
const { signal } = new AbortController();

/** A proxy that has sent the service so many requests, each to v1. */
class FakeProxy {
  sent = 0;
  admits = true;
  knows = true;
  readonly asked: string[] = [];

  answer(path: string): string {
    this.asked.push(path.split('?')[0] ?? '');
    if (path.startsWith('/stats')) {
      const name = `cluster.outbound|8080|v1|${HOST};.upstream_rq_completed`;
      return JSON.stringify({ stats: this.sent > 0 && this.admits ? [{ name, value: this.sent }] : [] });
    }
    const stats = [{ name: 'rq_success', ...(this.sent > 0 ? { value: String(this.sent) } : {}) }];
    const hosts = [{ address: { socket_address: { address: '10.0.0.1', port_value: 8080 } }, stats }];
    return JSON.stringify({ cluster_statuses: this.knows ? [{ name: `outbound|8080|v1|${HOST}`, host_statuses: hosts }] : [] });
  }
}

const countersOf = (proxy: FakeProxy, isGrpc = false) => {
  const pod: MeshProxy = { namespace: 'shop', pod: 'front', labels: new Map(), gateways: [] };
  return new CallerCounters({ list: async () => [pod], ask: async (_, path) => proxy.answer(path) }, HOST, isGrpc);
};
const answersOf = async (counters: CallerCounters) => (await counters.counted(signal)).map((counted) => counted.get('v1')?.answers);

describe('the callers of a service', () => {
  it('are counted from their first request on, before which their proxies have no statistic', async () => {
    const proxy = new FakeProxy();
    const counters = countersOf(proxy);
    await counters.mark(signal);
    expect(await answersOf(counters)).toEqual([undefined]);
    proxy.sent = 7;
    expect(await answersOf(counters)).toEqual([7]);
    expect(proxy.asked.filter((path) => path === '/clusters')).toHaveLength(1); // an answer of every cluster is long
  });

  it('are counted by the hosts of their proxies where those admit no statistics', async () => {
    const proxy = Object.assign(new FakeProxy(), { sent: 3, admits: false });
    const counters = countersOf(proxy);
    await counters.mark(signal);
    proxy.sent = 8;
    const [counted] = await counters.counted(signal);
    expect(counted?.get('v1')).toMatchObject({ answers: 5, onlyAttempts: true });
  });

  it('must admit the statistics of a gRPC service: a host counts its failures as successes', async () => {
    const proxy = Object.assign(new FakeProxy(), { sent: 3, admits: false });
    await expect(countersOf(proxy, true).mark(signal)).rejects.toThrow(`the proxy front does not count gRPC statuses of ${HOST}`);
    await countersOf(new FakeProxy(), true).mark(signal); // one that has sent nothing yet may admit them
  });

  it('are asked no more where they do not know the service', async () => {
    const proxy = Object.assign(new FakeProxy(), { knows: false });
    const counters = countersOf(proxy);
    await counters.mark(signal);
    const before = proxy.asked.length;
    expect(await counters.counted(signal)).toEqual([]);
    expect(proxy.asked).toHaveLength(before);
  });
});
