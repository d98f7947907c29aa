import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { pagesWithTables } from '../src/quoted-tables.ts';

for (const [page, text] of await pagesWithTables()) await writeFile(join(checkout, page), text);
