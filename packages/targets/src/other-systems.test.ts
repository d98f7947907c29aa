import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { requirements } from './build/prebuilt.ts';
import { EmbeddedTarget } from './embedded/embedded-target.ts';
import { inspectEngine } from './kind/preflight.ts';
import { endingWithUs } from './process/run.ts';

// What the command does on macOS on arm64, as far as another system can show it.
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  platform: () => 'darwin',
  arch: () => 'arm64',
}));
beforeAll(() => {
  const real = process;
  vi.stubGlobal('process', new Proxy(real, { get: (target, key) => (key === 'platform' ? 'darwin' : Reflect.get(target, key)) }));
});
afterAll(() => void vi.unstubAllGlobals());

test('tools are built with a Go for three other systems, without Envoy', async () => {
  const text = await readFile(requirements(), 'utf8');
  expect(text.match(/--hash=/g)).toHaveLength(3);
  expect(text).not.toMatch(/^envoy/m);
});

test('a command needs no program of Linux to end with this process', () => {
  expect(endingWithUs('go', ['build'])).toEqual(['go', ['build']]);
});

test('the embedded target does not run, and its first finding leads to kind', async () => {
  const embedded = new EmbeddedTarget('default', { namespace: 'platform' });
  expect(embedded.fits()).toBe(false);
  expect(await embedded.find()).toBeUndefined();
  expect((await embedded.inspect())[0]).toMatchObject({ state: 'missing', hint: expect.stringContaining('--on kind') });
});

test('kind does not count the file watchers of a machine that its node does not run on', async () => {
  const findings = await inspectEngine({ answers: true, detail: 'Docker', memory: 8 * 1024 ** 3 }, false);
  expect(findings.find(({ what }) => what === 'file watchers')?.state).toBe('note');
});
