import { PlatformError } from '@mesh-platform/kubernetes';
import { median, table } from '../bench.ts';

/** Cores in one turn: of the node without a view and with one, and of the view's own process. */
export interface Turn {
  readonly closed: number;
  readonly open: number;
  readonly own: number;
}

/** Cores that a view may cost the node. */
const LIMIT = 0.05;

/** The table of the turns' medians. Throws a PlatformError where the view costs more than 5 % of a core. */
export function viewTable(turns: readonly Turn[], rate: number): string {
  const cost = median(turns.map(({ closed, open }) => open - closed));
  const rows = [
    ['the node, view closed', percent(median(turns.map(({ closed }) => closed)))],
    ['the node, view open', percent(median(turns.map(({ open }) => open)))],
    ['the difference in a turn: what the view costs the node', percent(cost)],
    ["the view's own process, on your machine", percent(median(turns.map(({ own }) => own)))],
  ];
  const text = table([`medians of ${turns.length} turns at ${rate} requests/s`, 'of a core'], rows);
  if (cost > LIMIT)
    throw new PlatformError(`the view costs more than ${percent(LIMIT)} of a core:\n${text}`, 'run it again on a quieter machine');
  return `${text}\n\nThe limit is ${percent(LIMIT)}.\n`;
}

const percent = (cores: number): string => `${(100 * cores).toFixed(1)} %`;
