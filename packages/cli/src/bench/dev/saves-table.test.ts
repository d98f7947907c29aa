import { expect, test } from 'vitest';
import { savesTable } from './saves-table.ts';

test('a row shows the median, the shortest and the longest of its saves', () => {
  const text = savesTable([{ title: 'files', milliseconds: [3_000, 1_000, 9_000, 2_000, 2_500] }]);
  expect(text).toBe(
    '| from a saved source to an answer of the new code | median (s) | shortest (s) | longest (s) |\n|---|--:|--:|--:|\n| files | 2.5 | 1.0 | 9.0 |\n',
  );
});
