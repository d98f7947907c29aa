import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, it } from 'vitest';
import { pagesWithTables } from './quoted-tables.ts';

it('the pages quote what the programs of cost and capacity print', async () => {
  for (const [page, text] of await pagesWithTables()) expect(await readFile(join(checkout, page), 'utf8'), page).toBe(text);
});
