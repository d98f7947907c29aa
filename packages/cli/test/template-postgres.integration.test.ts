import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { checkout, run } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { protocols, serviceFiles } from '../src/template/service-files.ts';

let folder = '';

/** Two folders below the checkout, as a service lies there: so it finds the packages, and the compiler's settings. */
beforeAll(async () => {
  folder = await mkdtemp(join(checkout, '.template-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const tool = (name: string, ...args: string[]) => run(join(checkout, 'node_modules/.bin', name), args, { cwd: folder, timeout: 120_000 });

it.each(protocols)(
  'a service with a database that speaks %s, as the template lays it out, compiles and passes its own tests',
  async (protocol) => {
    const name = `my-${protocol}`;
    for (const [file, text] of await serviceFiles(name, protocol, true)) {
      await mkdir(dirname(join(folder, name, file)), { recursive: true });
      await writeFile(join(folder, name, file), text);
    }
    await tool('tsc', '-p', join(name, 'tsconfig.json'));
    await writeFile(join(folder, 'vitest.config.ts'), 'export default {};\n'); // not the checkout's
    const passed = await tool('vitest', 'run', '--root', folder, name);
    expect(stripVTControlCharacters(passed)).toMatch(/Test Files +2 passed/);
  },
  240_000,
);
