import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { generatedFiles } from '../src/generated-files.ts';

for (const [file, text] of await generatedFiles()) {
  const path = join(checkout, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
