import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, run } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServiceVersion, versionName, versionsOf } from '../src/services/service-versions.ts';
import { localEnvironment } from '../src/services/topology.ts';

const stage = (...args: string[]) =>
  run(process.execPath, [join(checkout, 'packages/cli/scripts/stage-image.ts'), ...args], { timeout: 300_000 });
const [version] = versionsOf((await localEnvironment()).environment.mesh) as [ServiceVersion];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-stage-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('another builder gets the Dockerfile, third-party packages and our own files of one version', async () => {
  const context = join(folder, 'context');
  await stage(versionName(version), context);
  expect(await readFile(join(context, 'Dockerfile'), 'utf8')).toBe(
    await readFile(join(checkout, `apps/${version.service}/Dockerfile`), 'utf8'),
  );
  for (const file of ['app/dist/main.js', 'app/package.json', 'deps/node_modules/rxjs/package.json'])
    await expect(access(join(context, file)), file).resolves.toBeUndefined();
}, 300_000);

it('rejects a version that the topology does not have, and lists those that it has', async () => {
  const message = `the topology has no version none-v7\n  → name one of: ${versionName(version)}`;
  await expect(stage('none-v7', join(folder, 'none'))).rejects.toThrow(message);
});
