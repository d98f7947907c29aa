import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { type Entry, fuzz } from './fuzz.js';

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => printed.push(line));
});

const settings = { runs: 1_000, seed: 42, path: undefined };
const entry = (check: Entry<string>['check'], more: Partial<Entry<string>> = {}): Entry<string> => ({
  name: 'sample',
  file: import.meta.filename,
  inputs: fc.string({ maxLength: 40 }),
  outcomes: [],
  cpuMs: 100,
  memoryMiB: 1_000,
  check,
  ...more,
});

/** The message of what a run throws. */
async function failureOf(...run: Parameters<typeof fuzz<string>>): Promise<string> {
  const error: unknown = await fuzz(...run).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return (error as Error).message;
}

const withoutQuestionMarks = (text: string): string => {
  if (text.includes('?')) throw new TypeError('planted');
  return 'fine';
};

test('prints the seed before the first input and the cost after the last', async () => {
  const { outcomes } = await fuzz(
    entry(() => 'fine'),
    settings,
  );
  expect(printed[0]).toBe('fuzz sample: seed 42');
  expect(printed[1]).toMatch(/^fuzz sample: 1000 inputs, [\d.]+ s of processor time, the slowest input [\d.]+ ms: 1000 fine$/);
  expect(outcomes).toEqual(new Map([['fine', 1_000]]));
});

test('reports a planted bug with its seed, its smallest input and the command that repeats it', async () => {
  const message = await failureOf(entry(withoutQuestionMarks), settings);
  expect(message).toMatch(/^fuzz sample: input \d+ of seed 42 fails: TypeError: planted\n/);
  expect(message).toMatch(/ {2}input, after \d+ steps towards a smaller one: "\?"\n/);
  expect(message).toMatch(/→ FUZZ_SEED=42 FUZZ_PATH=[\d:]+ npx vitest run --project fuzz packages\/fuzz-kit\/src\/fuzz\.test\.ts$/);
});

test('repeats the input that a report names, and prints it', async () => {
  const path = /FUZZ_PATH=(\S+)/.exec(await failureOf(entry(withoutQuestionMarks), settings))?.[1];
  expect(path).toBeDefined();
  printed = [];
  expect(await failureOf(entry(withoutQuestionMarks), { ...settings, path })).toContain('TypeError: planted');
  expect(printed[1]).toBe('fuzz sample: "?"');
});

test('draws the same inputs for the same seed', async () => {
  const draw = async (seed: number) => {
    const seen: string[] = [];
    await fuzz(
      entry((text) => String(seen.push(text) > 0)),
      { ...settings, seed },
    );
    return seen;
  };
  expect(await draw(7)).toEqual(await draw(7));
  expect(await draw(7)).not.toEqual(await draw(8));
});

/** Uses a processor for so many milliseconds of its time. */
function burn(ms: number): void {
  const before = process.threadCpuUsage();
  for (;;) {
    const { user, system } = process.threadCpuUsage(before);
    if ((user + system) / 1_000 >= ms) return;
  }
}

test('refuses an input that takes more processor time than its bound', async () => {
  const slow = (text: string) => {
    if (text.includes('?')) burn(30);
    return 'fine';
  };
  expect(await failureOf(entry(slow, { cpuMs: 20 }), settings)).toMatch(/took \d+ ms of processor time, at best: expected at most 20 ms/);
});

test('admits an input that is slow once, as on a busy machine', async () => {
  const slowOnce = new Set<string>();
  const check = (text: string) => {
    if (text.includes('?') && !slowOnce.has(text)) {
      slowOnce.add(text);
      burn(30);
    }
    return 'fine';
  };
  await fuzz(entry(check, { cpuMs: 20 }), { ...settings, runs: 200 });
  expect(slowOnce.size).toBeGreaterThan(0);
});

test('refuses an input that takes more memory than its bound', async () => {
  let begun = 0;
  const greedy = () => {
    if (++begun === 100) Buffer.alloc(400 * 1024 * 1024, 1);
    return 'fine';
  };
  expect(await failureOf(entry(greedy, { memoryMiB: 100 }), settings)).toMatch(/took \d+ MiB of memory: expected at most 100 MiB/);
});

test('fails where no input reaches an outcome that the entry names', async () => {
  const message = await failureOf(
    entry(() => 'refused', { outcomes: ['accepted', 'refused'] }),
    settings,
  );
  expect(message).toBe('fuzz sample: seed 42: no input reached the outcome accepted: widen its inputs');
});
