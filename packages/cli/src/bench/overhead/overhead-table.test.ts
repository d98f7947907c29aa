import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { middleOf } from './load-run.ts';
import { GOALS, overheadTables } from './overhead-table.ts';
import { costsBetween, usageIn } from './proxy-cost.ts';

const measured = (perSecond: number, p50: number) => ({ perSecond, p50, p90: 2 * p50, p99: 3 * p50 });

test('the tables give the ratio of each pair of figures', () => {
  const tables = overheadTables({
    rate: 100,
    paced: { plain: measured(100, 4), mesh: measured(100, 8) },
    saturated: { plain: measured(500, 20), mesh: measured(250, 50) },
    proxies: [{ proxy: 'web-v1', cores: 0.0512, mebibytes: 31.27 }],
    services: { plain: measured(1000, 10), nest: measured(800, 12.5) },
  });
  expect(tables).toBe(`| the mesh | without | with | ratio |
|---|--:|--:|--:|
| p50 at 100 requests/s | 4.00 ms | 8.00 ms | 2.00 × |
| p90 at 100 requests/s | 8.00 ms | 16.0 ms | 2.00 × |
| p99 at 100 requests/s | 12.0 ms | 24.0 ms | 2.00 × |
| saturated | 500/s | 250/s | 0.50 × |
| p50 saturated | 20.0 ms | 50.0 ms | 2.50 × |

| a proxy at 100 requests/s | CPU (cores) | memory (MiB) |
|---|--:|--:|
| web-v1 | 0.051 | 31.3 |

| web and core, saturated | without NestJS | with | ratio |
|---|--:|--:|--:|
| requests | 1000/s | 800/s | 0.80 × |
| p50 | 10.0 ms | 12.5 ms | 1.25 × |
| p99 | 30.0 ms | 37.5 ms | 1.25 × |
`);
});

/** The lines of the tables in any order, whatever was measured. */
const formOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.replaceAll(/\b\d+(\.\d+)?\b/g, '#'))
    .sort();

test('the page about performance quotes the tables as they are printed', async () => {
  const page = await readFile(join(checkout, 'docs/explanation/performance.md'), 'utf8');
  const quoted = page.split('## The mesh and NestJS\n')[1]?.split('\n### ')[0] ?? '';
  const one = measured(1, 1);
  const proxies = ['istio-ingressgateway', 'preview-v1', 'preview-v2', 'web-v1', 'core-v1', 'postgres'];
  const printed = overheadTables({
    rate: 100,
    paced: { plain: one, mesh: one },
    saturated: { plain: one, mesh: one },
    proxies: proxies.map((proxy) => ({ proxy, cores: 1, mebibytes: 1 })),
    services: { plain: one, nest: one },
  });
  expect(formOf(quoted)).toEqual(formOf(printed));
});

test('the page about performance promises the goals, and reports how much more the test allows', async () => {
  const page = await readFile(join(checkout, 'docs/explanation/performance.md'), 'utf8');
  expect(page).toContain(`**at most ${GOALS.meshMedian} times** the median`);
  expect(page).toContain(`**at least ${GOALS.nestThroughput * 100} %** of the requests`);
  expect(GOALS.coarse).toBe(5);
  expect(page).toContain('fails only beyond five times these bounds');
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])('the middle of %j is %d', (figures, middle) => {
  expect(middleOf(figures.map((figure) => measured(figure, figure)))).toEqual(measured(middle, middle));
});

const MIB = 1024 ** 2;
const stats = (name: string, container: string, cpuSeconds: number) => ({
  podRef: { name, namespace: 'platform' },
  containers: [
    {
      name: container,
      cpu: { time: '2026-01-01T00:00:10Z', usageCoreNanoSeconds: cpuSeconds * 1e9 },
      memory: { rssBytes: 30 * MIB },
    },
  ],
});

test('a proxy costs what it used between two readings, by its workload', () => {
  const reading = (seconds: number) =>
    usageIn(
      JSON.stringify({
        pods: [
          stats('web-v1-5c79b69998-bkl8g', 'istio-proxy', seconds),
          stats('postgres-0', 'istio-proxy', seconds / 2),
          stats('web-v1-5c79b69998-bkl8g', 'web', 99),
        ],
      }),
      ['platform'],
    );
  expect(costsBetween(reading(10), reading(12), 20)).toEqual([
    { proxy: 'web-v1', cores: 0.1, mebibytes: 30 },
    { proxy: 'postgres', cores: 0.05, mebibytes: 30 },
  ]);
  expect(usageIn(JSON.stringify({ pods: [stats('a-b', 'istio-proxy', 1)] }), ['elsewhere'])).toEqual([]);
});
