import { table } from '../bench.ts';
import type { Measured } from './load-run.ts';
import type { ProxyCost } from './proxy-cost.ts';

/** One run of `./platform bench overhead`. */
export interface Overhead {
  /** Requests per second of the paced runs. */
  readonly rate: number;
  readonly paced: Compared;
  readonly saturated: Compared;
  readonly proxies: readonly ProxyCost[];
  readonly services: { readonly nest: Measured; readonly plain: Measured };
}
/** What docs/explanation/performance.md promises on two processors that do nothing else. */
export const GOALS = {
  /** The median through the mesh at the paced rate, in medians without it; at most. */
  meshMedian: 2.5,
  /** The requests of web and core with NestJS, of those without; at least. */
  nestThroughput: 0.75,
  /** How far beyond both a machine with other work may be. */
  coarse: 5,
} as const;

interface Compared {
  readonly mesh: Measured;
  readonly plain: Measured;
}

const figure = (value: number): string => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value).toString());
const times = (a: number, b: number): string => `${(a / b).toFixed(2)} ×`;

/** The figures as three tables of Markdown, each with its ratios. */
export const overheadTables = ({ rate, paced, saturated, proxies, services }: Overhead): string =>
  `${[
    table(
      ['the mesh', 'without', 'with', 'ratio'],
      [
        latency(`p50 at ${rate} requests/s`, paced, 'p50'),
        latency(`p90 at ${rate} requests/s`, paced, 'p90'),
        latency(`p99 at ${rate} requests/s`, paced, 'p99'),
        throughput('saturated', saturated.plain.perSecond, saturated.mesh.perSecond),
        latency('p50 saturated', saturated, 'p50'),
      ],
    ),
    table(
      [`a proxy at ${rate} requests/s`, 'CPU (cores)', 'memory (MiB)'],
      proxies.map(({ proxy, cores, mebibytes }) => [proxy, cores.toFixed(3), figure(mebibytes)]),
    ),
    table(
      ['web and core, saturated', 'without NestJS', 'with', 'ratio'],
      [
        throughput('requests', services.plain.perSecond, services.nest.perSecond),
        latency('p50', { plain: services.plain, mesh: services.nest }, 'p50'),
        latency('p99', { plain: services.plain, mesh: services.nest }, 'p99'),
      ],
    ),
  ].join('\n\n')}\n`;

const latency = (title: string, { plain, mesh }: Compared, of: 'p50' | 'p90' | 'p99'): string[] => [
  title,
  `${figure(plain[of])} ms`,
  `${figure(mesh[of])} ms`,
  times(mesh[of], plain[of]),
];

const throughput = (title: string, plain: number, other: number): string[] => [
  title,
  `${figure(plain)}/s`,
  `${figure(other)}/s`,
  times(other, plain),
];
