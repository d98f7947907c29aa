import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { debianAge } from './debian-age.ts';

const now = Date.parse('2026-03-31T12:00:00Z');

async function ageOf(root: string, archive: string) {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-age-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'var/lib/dpkg'), { recursive: true });
  for (const [name, time] of [
    ['var/lib/dpkg/status', root],
    ['base.tar', archive],
  ] as const) {
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), new Date(time), new Date(time));
  }
  return debianAge(folder, join(folder, 'base.tar'), now);
}

test('reports the age of the older part', async () => {
  const age = { days: 10, stale: false, message: 'Debian packages of the node and of the images are from 2026-03-21, 10 days old' };
  expect(await ageOf('2026-03-21T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual(age);
  expect(await ageOf('2026-03-30T12:00:00Z', '2026-03-21T12:00:00Z')).toEqual(age);
});

test('warns beyond 30 days, with the command that refreshes', async () => {
  expect(await ageOf('2026-03-01T12:00:00Z', '2026-03-31T00:00:00Z')).toMatchObject({ days: 30, stale: false });
  const stale = await ageOf('2026-02-28T12:00:00Z', '2026-03-31T00:00:00Z');
  expect(stale).toMatchObject({ days: 31, stale: true, message: expect.stringMatching(/31 days old: .*→ \.\/platform up --refresh$/) });
});
