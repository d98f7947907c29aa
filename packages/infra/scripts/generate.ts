import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { generatedFiles } from '../src/generated-files.ts';

for (const [file, text] of await generatedFiles()) await writeFile(join(checkout, file), text);
