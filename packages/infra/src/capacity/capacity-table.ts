import { type Capacity, capacityFor } from './capacity.ts';
import { figures } from './figures.ts';

const RATES = [10, 1000, 100_000];

const rows: readonly (readonly [string, (capacity: Capacity) => string])[] = [
  ['gateway pods', ({ pods }) => `${pods.gateway}`],
  ['preview, web, core pods', ({ pods }) => `${pods.preview}, ${pods.web}, ${pods.core}`],
  ['proxies', ({ proxies }) => `${proxies}`],
  [
    'vCPU they use: measured here, published',
    ({ proxyCpu, proxyCpuPublished }) => `${proxyCpu.toFixed(2)}, ${proxyCpuPublished.toFixed(2)}`,
  ],
  ['istiod', ({ istiod }) => `${istiod.replicas} × ${istiod.cpu.toFixed(1)} vCPU, ${Math.ceil(istiod.memoryMb)} MB`],
  ['database', ({ database }) => `${database.cpu.toFixed(2)} vCPU, ${database.connections} connections`],
  ['nodes of 2 vCPU, 8 GiB', ({ nodes }) => `${nodes}`],
];

/** What each rate needs, as Markdown. */
export function capacityTable(): string {
  const capacities = RATES.map(capacityFor);
  const head = `| requests/s | ${RATES.map((rate) => rate.toLocaleString('en')).join(' | ')} |`;
  const body = rows.map(([title, cell]) => `| ${title} | ${capacities.map(cell).join(' | ')} |`);
  return [head, `|---${'|---:'.repeat(RATES.length)}|`, ...body].join('\n');
}

/** The figures of the formula with their sources, as Markdown. */
export function figureTable(): string {
  const words = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const body = Object.entries(figures).map(([name, { value, unit, source }]) => `| ${words(name)} | ${value} ${unit} | ${source} |`);
  return ['| figure | value | source |', '|---|---|---|', ...body].join('\n');
}
