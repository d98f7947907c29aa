import type { Cost, Operation } from './scale-client.ts';
import type { Istiod, ProxySize } from './scale-measures.ts';

/** One size of mesh, measured. */
export interface Scale {
  readonly services: number;
  readonly calls: number;
  readonly objects: number;
  readonly costs: Readonly<Record<Operation, Cost>>;
  /** What istiod used from before `apply` until after it, and its memory then. */
  readonly istiod: Istiod;
  readonly scoped: ProxySize;
  readonly unscoped: ProxySize;
}

/** The slope of log(value) against log(services) by least squares: 1 where it grows as the services do, 2 as their square. */
export function growth(points: readonly { readonly services: number; readonly value: number }[]): number {
  const logs = points.filter(({ value }) => value > 0).map(({ services, value }) => [Math.log(services), Math.log(value)] as const);
  const mean = (index: 0 | 1) => logs.reduce((sum, log) => sum + log[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const above = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return above / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

type Row = readonly [title: string, of: (scale: Scale) => number];

const commands: readonly Row[] = [
  ['`mesh apply` from nothing (s)', ({ costs }) => costs.apply.seconds],
  ['`mesh plan` in sync (s)', ({ costs }) => costs.plan.seconds],
  ['`mesh apply`, one changed call (s)', ({ costs }) => costs.change.seconds],
  ['`mesh split` (s)', ({ costs }) => costs.split.seconds],
  ['`mesh apply`, a tenth of the services pruned (s)', ({ costs }) => costs.prune.seconds],
];
const rows: readonly Row[] = [
  ['calls', ({ calls }) => calls],
  ['objects', ({ objects }) => objects],
  ...commands,
  ['weight change until every proxy has it (s)', ({ costs }) => (costs.split.proxiesMs ?? 0) / 1000],
  ['processor time of the client: from nothing (s)', ({ costs }) => costs.apply.cpuSeconds],
  ['plan (s)', ({ costs }) => costs.plan.cpuSeconds],
  ['one changed call (s)', ({ costs }) => costs.change.cpuSeconds],
  ['memory of the client: from nothing (MiB)', ({ costs }) => costs.apply.megabytes],
  ['plan (MiB)', ({ costs }) => costs.plan.megabytes],
  ['requests to the API server: from nothing', ({ costs }) => costs.apply.requests],
  ['plan', ({ costs }) => costs.plan.requests],
  ['one changed call', ({ costs }) => costs.change.requests],
  ['split', ({ costs }) => costs.split.requests],
  ['pruned', ({ costs }) => costs.prune.requests],
  ['istiod, apply from nothing: processor time (s)', ({ istiod }) => istiod.cpuSeconds],
  ['memory (MiB)', ({ istiod }) => istiod.megabytes],
  ['pushes', ({ istiod }) => istiod.pushes],
  ['mean time of a push (s)', ({ istiod: { converged } }) => converged.seconds / Math.max(1, converged.count)],
  ['a proxy: configuration (KiB)', ({ scoped }) => scoped.kilobytes],
  ['memory (MiB)', ({ scoped }) => scoped.megabytes],
  ['a proxy without `Sidecar` scoping: configuration (KiB)', ({ unscoped }) => unscoped.kilobytes],
  ['memory (MiB)', ({ unscoped }) => unscoped.megabytes],
];

const figure = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

/** The figures in the format of docs/explanation/scale.md: a column for each size, and the growth. */
export function scaleTable(scales: readonly Scale[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = ['services', ...scales.map(({ services }) => String(services)), 'growth'];
  const body = rows.map(([title, of]) => {
    const exponent = growth(scales.map((scale) => ({ services: scale.services, value: of(scale) })));
    return [title, ...scales.map((scale) => figure(of(scale))), Number.isNaN(exponent) ? '' : exponent.toFixed(1)];
  });
  return [line(head), `|---|${'--:|'.repeat(head.length - 1)}`, ...body.map(line)].join('\n');
}
