import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { pushLayout } from './push-layout.ts';

// The real crane pushes in the end-to-end test of skaffold; here a stand-in writes down what it is asked.
const stand = vi.hoisted(() => ({ crane: '' }));
vi.mock('../../build/programs.ts', () => ({ crane: async () => stand.crane }));

let folder = '';
const crane = async (script: string): Promise<void> => {
  await writeFile(stand.crane, `#!/bin/sh\n${script}\n`);
  await chmod(stand.crane, 0o755);
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-push-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  stand.crane = join(folder, 'crane');
});

test('pushes the layout under its name, with no credentials of the user', async () => {
  await crane(`echo "$* $DOCKER_CONFIG" >${folder}/asked`);
  await pushLayout('/cache/web', '127.0.0.1:5080/web:try', silent);
  expect(await readFile(join(folder, 'asked'), 'utf8')).toBe('push /cache/web 127.0.0.1:5080/web:try /cache/web\n');
});

test('reports the registry’s own message when it refuses', async () => {
  await crane('echo "PUT http://127.0.0.1: unexpected status code 507: it is full" >&2; exit 1');
  const pushing = pushLayout('/cache/web', '127.0.0.1:5080/web:try', silent);
  await expect(pushing).rejects.toThrow(/the registry refused an image: [\s\S]*507: it is full/);
});

test.each(['web', 'web:try', '127.0.0.1:1/web'])('%s is no image of a registry', async (reference) => {
  await expect(pushLayout('/cache/web', reference, silent)).rejects.toThrow(`'${reference}' is no image of a registry`);
});
