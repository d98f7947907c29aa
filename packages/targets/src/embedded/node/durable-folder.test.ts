import { chmod, lchown, lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { users } from '@mesh-platform/kubernetes';
import { expect, onTestFinished, test } from 'vitest';
import { EARLIER_USER, giveToPostgres } from './durable-folder.ts';

test('gives the files of an earlier Postgres to its present user, with their content and modes, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-volume-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [volume, elsewhere] = [join(folder, 'postgres'), join(folder, 'elsewhere')];
  const [data, file, link, foreign] = ['data', 'data/file', 'data/link', 'foreign'].map((name) => join(volume, name)) as [
    string,
    string,
    string,
    string,
  ];
  await mkdir(data, { recursive: true });
  for (const path of [file, foreign, elsewhere]) await writeFile(path, 'documents');
  await symlink(elsewhere, link);
  for (const path of [data, file, link, elsewhere]) await lchown(path, EARLIER_USER, EARLIER_USER);
  await chmod(data, 0o700);
  for (let times = 0; times < 2; times++) await giveToPostgres(volume);
  const owners = await Promise.all([data, file, link].map((path) => lstat(path)));
  expect(owners.map(({ uid, gid }) => [uid, gid])).toEqual([1, 2, 3].map(() => [users.postgres, users.postgres]));
  expect((await lstat(data)).mode & 0o777).toBe(0o700);
  expect(await readFile(file, 'utf8')).toBe('documents');
  expect((await lstat(foreign)).uid).toBe(process.getuid?.());
  expect((await lstat(elsewhere)).uid).toBe(EARLIER_USER);
});
