import { PlatformError } from '@mesh-platform/kubernetes';
import { beforeEach, expect, test, vi } from 'vitest';
import { fetched, lineWith } from './fetched.ts';
import { CommandError } from './run.ts';

vi.mock('node:timers/promises', () => ({ setTimeout: async (milliseconds: number) => void pauses.push(milliseconds) }));
const pauses: number[] = [];
const printed: string[] = [];
beforeEach(() => {
  pauses.length = 0;
  printed.length = 0;
});

const broken = new CommandError('go', 'ended with status 1', 'go: example.org/m@v1.2.3: dial tcp: connection refused\nmore');
const reason = lineWith(/^go: (\S+@\S+?): (.+)$/);
const get = (attempt: () => Promise<string>) =>
  fetched({ what: 'a module', attempt, reason, hint: 'check the network' }, { print: (line) => printed.push(line) });

test('what arrives at once is fetched once', async () => {
  expect(await get(async () => 'it')).toBe('it');
  expect(pauses).toEqual([]);
});

test('retries a failed fetch after growing pauses, and prints the package and the reason each time', async () => {
  let attempts = 0;
  expect(await get(async () => (++attempts < 3 ? Promise.reject(broken) : 'it'))).toBe('it');
  expect(pauses).toEqual([1_000, 2_000]);
  expect(printed).toEqual([
    'a module could not be fetched (example.org/m@v1.2.3: dial tcp: connection refused); trying again in 1 s',
    'a module could not be fetched (example.org/m@v1.2.3: dial tcp: connection refused); trying again in 2 s',
  ]);
});

test('what goes on failing ends with the package, the reason and the hint', async () => {
  const failed = get(() => Promise.reject(broken));
  await expect(failed).rejects.toBeInstanceOf(PlatformError);
  await expect(failed).rejects.toMatchObject({
    message: 'a module could not be fetched: example.org/m@v1.2.3: dial tcp: connection refused',
    hint: 'check the network, then try again: what has arrived is kept',
    cause: broken,
  });
  expect(pauses).toEqual([1_000, 2_000, 4_000]);
});

test('reports the client’s own message where no reason is known', async () => {
  await expect(get(() => Promise.reject(new CommandError('go', 'ended with status 2', 'boom')))).rejects.toThrow(
    'a module could not be fetched: go ended with status 2:\nboom',
  );
});
