import type { CallTraffic } from '../snapshot.ts';
import { byAttribute, h, refill, setText } from './element.ts';
import { connectionsInWords, moodOf, sumsOf } from './graph.ts';
import { count, rate, within } from './words.ts';

const COLUMNS = [
  'Caller',
  'Callee',
  'Protocol',
  'State',
  'Rate',
  'Requests',
  'Failed',
  'Failed attempts',
  '4xx',
  'p50',
  'p99',
  'Refused',
] as const;
const STATES = {
  undeclared: 'not declared',
  unknown: 'not known now',
  silent: 'silent',
  failing: 'has failures',
  busy: 'has traffic',
} as const;

/** The calls as a table, a row for each version: everything that the graph shows, and more. */
export function drawTable(parent: HTMLElement, calls: readonly CallTraffic[]): void {
  const rows = calls.flatMap((call) => rowsOf(call));
  refill(parent, rows.map(({ key }) => key), () => [
    h(
      'table',
      {},
      h('caption', {}, 'Calls by version of the callee'),
      h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, ...rows.map(({ key }) => h('tr', { 'data-row': key }, ...COLUMNS.map((_, index) => h(index === 0 ? 'th' : 'td', index === 0 ? { scope: 'row' } : {}))))),
    ),
  ]); // biome-ignore format: one table
  const rowsByKey = byAttribute(parent, 'data-row');
  for (const { key, cells, mood } of rows) {
    const row = rowsByKey.get(key);
    if (row) row.className = mood;
    cells.forEach((text, index) => {
      const cell = row?.children[index];
      if (cell) setText(cell, text);
    });
  }
}

function rowsOf(call: CallTraffic) {
  const mood = moodOf(call);
  const { from, to, kind, versions, refused } = call;
  const sums = sumsOf(call);
  const state = STATES[mood];
  if (call.connections !== undefined)
    return [{ key: `${from} ${to}`, mood, cells: [from, to, kind, state, '–', connectionsInWords(call), '–', '–', '–', '–', '–', count(refused)] }]; // biome-ignore format: one row
  if (versions.length === 0)
    return [{ key: `${from} ${to}`, mood, cells: [from, to, kind, state, rate(0), '0', '0', '0', '0', '–', '–', count(refused)] }]; // biome-ignore format: one row
  return versions.map(({ version, answers, failures, retried, clientErrors, p50, p99 }) => ({
    key: `${from} ${to} ${version}`,
    mood,
    cells: [
      ...[from, `${to} ${version}`, kind, state, rate(sums.answers > 0 ? (call.rate * answers) / sums.answers : 0)],
      ...[count(answers), count(failures), count(retried), count(clientErrors), within(p50), within(p99), count(refused)],
    ],
  }));
}
