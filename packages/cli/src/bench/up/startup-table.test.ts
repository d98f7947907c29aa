import { expect, test } from 'vitest';
import { startupTables } from './startup-table.ts';

const steps = [
  { title: 'inner', from: 1_000, to: 2_000 },
  { title: 'outer', from: 500, to: 2_500 },
  { title: 'nothing to do', from: 2_500, to: 2_510 },
];

test('the tables show each duration, also in units of the machine, and its steps in the order of time', () => {
  const runs = [
    { title: '`up` after `down`', milliseconds: 3_000, baseline: 500, steps },
    { title: '`down`', milliseconds: 1_000, baseline: 2_000, steps: [] },
  ];
  expect(
    startupTables({ processors: 2, load: 0.35, runs, residentBytes: 1024 ** 3 }),
  ).toBe(`2 processors, load 0.3 before; 1024 MiB resident once all is up.

|  | took (s) | baseline (s) | ratio |
|---|--:|--:|--:|
| \`up\` after \`down\` | 3.0 | 0.50 | 6.0 |
| \`down\` | 1.0 | 2.00 | 0.5 |

| \`up\` after \`down\` | from (s) | to (s) | took (s) |
|---|--:|--:|--:|
| outer | 0.5 | 2.5 | 2.0 |
| inner | 1.0 | 2.0 | 1.0 |
| **all** | 0.0 | 3.0 | 3.0 |
`);
});
