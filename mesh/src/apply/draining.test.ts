import { type Progress, silent } from '@mesh-platform/kubernetes';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stillDraining, untilDrained } from './draining.ts';
import type { MeshProxy } from './expectation.ts';

const proxy = (pod: string, ...gateways: string[]): MeshProxy => ({ pod, namespace: 'shop', labels: new Map(), gateways });
const stats = (listeners: number, chains: number): string =>
  `listener_manager.total_filter_chains_draining: ${chains}\nlistener_manager.total_listeners_draining: ${listeners}\n`;

/** Sidecars whose answers to each question about draining come in turn, the last one again and again. */
const proxies = (answers: Readonly<Record<string, readonly string[]>>) => {
  const asked: string[] = [];
  return {
    asked,
    list: async () => [...Object.keys(answers).map((pod) => proxy(pod, 'mesh')), proxy('gateway', 'shop/edge')],
    ask: async ({ pod }: MeshProxy, path: string) => {
      if (path === '/server_info') return '{ "command_line_options": { "drain_time": "300s" } }';
      const before = asked.filter((one) => one === pod).length;
      asked.push(pod);
      return answers[pod]?.[Math.min(before, answers[pod].length - 1)] ?? '';
    },
  };
};
const run = (of: ReturnType<typeof proxies>, steps: string[] = []) => {
  const progress: Progress = {
    ...silent,
    step: (title, work) => {
      steps.push(title);
      return work(() => {});
    },
  };
  return untilDrained(of, progress, new AbortController().signal);
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('asks each sidecar once where none drains, and no gateway', async () => {
  const of = proxies({ web: [stats(0, 0)], core: [stats(0, 0)] });
  const steps: string[] = [];
  expect(await run(of, steps)).toEqual([]);
  expect(of.asked).toEqual(['web', 'core']);
  expect(steps).toEqual([]);
});

test('waits until the last listener and the last filter chain is closed', async () => {
  const of = proxies({ web: [stats(1, 0), stats(0, 0)], core: [stats(0, 3), stats(0, 1), stats(0, 0)] });
  const steps: string[] = [];
  const drained = run(of, steps);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await drained).toEqual([]);
  expect(of.asked.filter((pod) => pod === 'core')).toHaveLength(3);
  expect(steps).toEqual(['connections under previous policies are closed']);
});

test('names the sidecars that drain for longer than a minute, and for how long they may', async () => {
  const drained = run(proxies({ web: [stats(0, 2)], core: [stats(0, 0)] }));
  await vi.advanceTimersByTimeAsync(61_000);
  expect(await drained).toEqual([{ pod: 'web', withinSeconds: 300 }]);
});

test('names what is still open', () => {
  expect(stillDraining([])).toBeUndefined();
  expect(stillDraining([{ pod: 'web', withinSeconds: 300 }])).toBe(
    'proxy web still serves connections under previous policies, for 300 s at most',
  );
  expect(stillDraining([{ pod: 'web', withinSeconds: 300 }, { pod: 'core' }])).toBe(
    'proxies web, core still serve connections under previous policies',
  );
});
