import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { difference, type Owner, snapshot } from './support/machine-snapshot.ts';
import { platform } from './support/platform.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mesh-platform-clean-'));
});
afterAll(async () => {
  await platform(['down', '--purge', '--instance', 'clean'], env());
  await rm(home, { recursive: true, force: true });
});

/** State in a separate folder; the cache is the machine's, or all would be built again. */
const env = (): NodeJS.ProcessEnv => ({ XDG_STATE_HOME: join(home, 'state'), TMPDIR: home });

describe('up, then down --purge', () => {
  it('leaves the machine as it was, next to an instance with state elsewhere', async () => {
    // The slot is the next free one, after those of running nodes.
    const planned = await platform(['doctor', '--json', '--instance', 'clean'], env());
    const [, gateway = ''] = /(\d+), \d+ and \d+ of 127\.0\.0\.1 are free/.exec(planned.stdout) ?? [];
    const owner: Owner = { marks: [home, 'clean-'], slot: Number(gateway) - 30_080 };
    expect(owner.slot).toBeGreaterThan(0);
    const before = await snapshot(owner);

    const up = await platform(['up', '--json', '--instance', 'clean'], env());
    expect(up.status, up.stderr).toBe(0);
    const { url } = JSON.parse(up.stdout) as { url: string };
    expect(url).toBe(`http://127.0.0.1:${gateway}`);
    const during = difference(before, await snapshot(owner));
    // The node's own mounts are in its namespace, so the host has none even now.
    for (const subject of ['processes', 'mounts', 'interfaces', 'routes', 'control groups', 'listeners', 'files of /run'])
      expect(
        during.some((line) => line.startsWith(`+ ${subject}: `)),
        subject,
      ).toBe(subject !== 'mounts');

    // #region samples
    // Neither sees the other's documents.
    const { readDocument, saveDocument } = await import('./samples/support/documents.ts');
    const { gatewayUrl } = await (await import('./support/platform.ts')).runningTarget();
    const saved = await saveDocument(url, 'of a node with state elsewhere');
    await expect(readDocument(gatewayUrl, saved.id)).rejects.toThrow('404');
    // #endregion samples

    const down = await platform(['down', '--purge', '--instance', 'clean'], env());
    expect(down.status, down.stderr).toBe(0);
    await expect.poll(async () => difference(before, await snapshot(owner)), { timeout: 10_000, interval: 500 }).toEqual([]);
    expect(await readdir(join(home, 'state'))).toEqual([]);
    expect((await readdir(home)).filter((name) => name !== 'state')).toEqual([]);
    expect(await readFile('/proc/mounts', 'utf8')).not.toContain(home);
  }, 400_000);
});
