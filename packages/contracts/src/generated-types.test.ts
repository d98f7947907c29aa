import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));

const filesOf = (folder: string) =>
  Object.fromEntries(
    globSync('**/*.ts', { cwd: folder })
      .sort()
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );

test('the committed types are what the proto files generate', () => {
  const fresh = mkdtempSync(join(tmpdir(), 'contracts-'));
  try {
    execFileSync(process.execPath, ['generate.ts', fresh], { cwd: packageRoot, stdio: 'ignore' });
    const generated = filesOf(fresh);
    expect(Object.keys(generated)).not.toHaveLength(0);
    expect(filesOf(join(packageRoot, 'src/generated'))).toEqual(generated);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}, 30_000);
