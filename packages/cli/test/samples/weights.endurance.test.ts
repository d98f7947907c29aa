import { expect, it } from 'vitest';
import { instanceName, platform } from '../support/platform.ts';
import { runLoadTest } from './support/load-test.ts';

const TEST_MS = 300_000;

const mesh = async (...args: readonly string[]): Promise<void> => {
  const { status, stderr } = await platform(['--instance', instanceName(), 'mesh', ...args]);
  expect(status, stderr).toBe(0);
};

it(
  'weights.ts fails at 77/23 by what was counted, and by the VirtualService that differs',
  async () => {
    await mesh('split', 'preview', 'v1=77', 'v2=23');
    try {
      const { status, stdout, page } = await runLoadTest('weights');
      expect(status).not.toBe(0);
      for (const words of [stdout, page]) {
        expect(words).toMatch(/✗ served\{version:preview\/v1\}: threshold count(&#62;|>)=\d+ is crossed/);
        expect(words).toMatch(/✗ served\{version:preview\/v2\}: threshold count(&#60;|<)=\d+ is crossed/);
        expect(words).toContain('✗ the running VirtualService gives preview v1=77 v2=23, and v1=80 v2=20 is expected');
      }
    } finally {
      await mesh('apply');
    }
  },
  TEST_MS,
);
