import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scale } from './support/disturbing.ts';
import { type CommandResult, instanceName, platform, runningTarget } from './support/platform.ts';

let reports: string;
beforeAll(async () => {
  reports = await mkdtemp(join(tmpdir(), 'mesh-platform-load-'));
});
afterAll(() => rm(reports, { recursive: true, force: true }));

const command = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
  platform(['--instance', instanceName(), ...args], env);

/** Runs load-tests/shares.ts as a person does. */
const shares = async (env: NodeJS.ProcessEnv = {}) => {
  const script = join(checkout, 'load-tests/shares.ts');
  // vitest has a BASE_URL of its own.
  const result = await command(['tool', 'k6', '--', 'run', '--quiet', script], { BASE_URL: undefined, REPORTS: reports, ...env });
  return { ...result, page: await readFile(join(reports, 'shares.html'), 'utf8') };
};

const mesh = async (...args: readonly string[]): Promise<void> => {
  const { status, stderr } = await command(['mesh', ...args]);
  expect([status, stderr]).toEqual([0, expect.any(String)]);
};

it('shares.ts fails at 77/23 by what was counted, and by the VirtualService that differs', async () => {
  await mesh('split', 'preview', 'v1=77', 'v2=23');
  try {
    const { status, stdout, page } = await shares();
    expect(status).not.toBe(0);
    for (const words of [stdout, page]) {
      expect(words).toMatch(/✗ served\{release:preview\/v1\}: count(&#62;|>)=\d+ does not hold/);
      expect(words).toMatch(/✗ served\{release:preview\/v2\}: count(&#60;|<)=\d+ does not hold/);
      expect(words).toContain('✗ the running VirtualService gives preview v1=77 v2=23, and v1=80 v2=20 is expected');
    }
    expect(stdout).not.toContain('✗ failed');
  } finally {
    await mesh('apply');
  }
}, 120_000);

it('shares.ts fails where no pod of v2 runs, and says so', async () => {
  const target = await runningTarget();
  await scale(target, 'platform', 0, ['preview-v2']);
  try {
    // Who is dead shows in fewer requests than a share that is 3 points away.
    const { status, stdout, page } = await shares({ PRECISION: '10' });
    expect(status).not.toBe(0);
    for (const words of [stdout, page]) {
      expect(words).toMatch(/✗ preview v2 answered nothing: \d+ requests failed/);
      expect(words).not.toContain('v1 answered nothing');
    }
    expect(stdout).toContain('✗ failed: count==0 does not hold');
  } finally {
    await scale(target, 'platform', 1, ['preview-v2']);
  }
}, 120_000);
