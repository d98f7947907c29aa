import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { generatedFiles } from '../src/generated-files.ts';

try {
  for (const [file, text] of await generatedFiles()) {
    const path = join(checkout, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  process.stderr.write(`${error.message}\n  → ${error.hint}\n`); // the user fixes it, so no stack trace
  process.exitCode = 1;
}
