import { expect, it, vi } from 'vitest';
import { runVitest } from '../src/testing/vitest-run.ts';

it('vitest that does not come to its tests is ended, asked once more, and fails then', async () => {
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  expect(await runVitest({ project: 'infra', timeout: 60_000, start: 600 })).toEqual({ passed: 0, failed: 1, skipped: 0 });
  const refused = said.filter((line) => line.startsWith('✗ vitest knew no test of infra within 0.6 s'));
  expect(refused).toHaveLength(2);
  expect(refused[0]).toMatch(/\n {4}\S/); // where it stood
  expect(said).toContain('… vitest is asked once more\n');
});
