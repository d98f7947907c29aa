import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
// #region samples
import { capacityTable, figureTable } from './capacity/capacity-table.ts';
import { requestTable } from './capacity/request-table.ts';
// #endregion samples
import { costTables } from './cost/cost-table.ts';

/** Tables that a page quotes between `<!-- NAME -->` and `<!-- /NAME -->`. */
const quotes: readonly { readonly page: string; readonly name: string; readonly table: () => Promise<string> | string }[] = [
  { page: 'docs/explanation/aws.md', name: 'cost', table: costTables },
  // #region samples
  { page: 'docs/explanation/performance.md', name: 'capacity', table: capacityTable },
  { page: 'docs/explanation/performance.md', name: 'figures', table: figureTable },
  { page: 'docs/explanation/performance.md', name: 'requests', table: requestTable },
  // #endregion samples
];

/** Each page that quotes a table, with the tables as the programs print them now. Throws where a page has lost its marks. */
export async function pagesWithTables(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const { page, name, table } of quotes) {
    const text = pages.get(page) ?? (await readFile(join(checkout, page), 'utf8'));
    const marks = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
    if (!marks.test(text)) throw new Error(`${page} has no place for the table ${name}`);
    const printed = await table();
    pages.set(
      page,
      text.replace(marks, (_, before: string, after: string) => `${before}\n${printed}\n\n${after}`),
    );
  }
  return pages;
}
