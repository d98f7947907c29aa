import { chmod, chown, lstat, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ensureOwnFolder } from './files.ts';

let folder = '';
beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'mesh-platform-own-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  folder = join(parent, 'folder');
});

test('creates a missing folder, only for this user where it is secret', async () => {
  await ensureOwnFolder(folder, { secret: true });
  expect((await lstat(folder)).mode & 0o777).toBe(0o700);
  await ensureOwnFolder(folder, { secret: true });
});

test.each([
  ['that another user created first', async () => chown(folder, 65534, 65534), 'it belongs to user 65534, expected user 0'],
  ['that others can read', async () => chmod(folder, 0o750), 'its mode is 0750, expected 0700'],
  ['that others can write to', async () => chmod(folder, 0o722), 'its mode is 0722, expected 0700'],
])('refuses a folder %s, and names the fix', async (_, change, reason) => {
  await mkdir(folder, { mode: 0o700 });
  await change();
  const refused = ensureOwnFolder(folder, { secret: true });
  await expect(refused).rejects.toBeInstanceOf(PlatformError);
  await expect(refused).rejects.toMatchObject({
    message: `cannot use the folder ${folder}: ${reason}`,
    hint: expect.stringContaining('rm -r'),
  });
});

test('refuses a symbolic link to a folder, whoever owns that', async () => {
  await mkdir(`${folder}-elsewhere`, { mode: 0o700 });
  await symlink(`${folder}-elsewhere`, folder);
  await expect(ensureOwnFolder(folder, { secret: true })).rejects.toThrow('it is a symbolic link');
});

test('a folder that is not secret may be read by others, and not be written to', async () => {
  await ensureOwnFolder(folder, { secret: false });
  expect((await lstat(folder)).mode & 0o777).toBe(0o755);
  await chmod(folder, 0o777);
  await expect(ensureOwnFolder(folder, { secret: false })).rejects.toThrow('its mode is 0777, expected 0755');
});
