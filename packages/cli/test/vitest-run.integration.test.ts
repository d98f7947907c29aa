import { expect, it, vi } from 'vitest';
import { runVitest } from '../src/testing/vitest-run.ts';

it('vitest that does not reach its tests is stopped, retried once, and then fails', async () => {
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  expect(await runVitest({ project: 'infra', timeout: 60_000, start: 600 })).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  const refused = printed.filter((line) => line.startsWith('✗ vitest knew no test of infra within 0.6 s'));
  expect(refused).toHaveLength(2);
  expect(refused[0]).toMatch(/\n {4}\S/); // where it stood
  expect(printed).toContain('… vitest is retried once\n');
});
