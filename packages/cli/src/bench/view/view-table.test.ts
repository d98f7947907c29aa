import { expect, it } from 'vitest';
import { viewTable } from './view-table.ts';

it('prints the medians, where one busy turn counts for nothing', () => {
  const turns = [0.01, 0.9, 0.03].map((cost) => ({ closed: 0.5, open: 0.5 + cost, own: 0.02 }));
  expect(viewTable(turns, 100)).toBe(`| medians of 3 turns at 100 requests/s | of a core |
|---|--:|
| the node, view closed | 50.0 % |
| the node, view open | 53.0 % |
| the difference in a turn: what the view costs the node | 3.0 % |
| the view's own process, on your machine | 2.0 % |

The limit is 5.0 %.
`);
});

it('fails where the view costs the node more than 5 % of a core', () => {
  expect(() => viewTable([{ closed: 0.5, open: 0.56, own: 0 }], 100)).toThrow(/the view costs more than 5.0 % of a core:.*6\.0 %/s);
});
