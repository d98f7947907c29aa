import { Writable } from 'node:stream';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { elapsed, TerminalProgress } from './progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** A stream that keeps what is written. */
function stream(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const terminal = Object.assign(new Writable(), { isTTY, columns, write, getColorDepth: () => 1 });
  return { written, terminal, progress: new TerminalProgress(terminal as unknown as NodeJS.WriteStream) };
}

/** What a user sees: the lines of a terminal that understands "up" and "erase below". */
function screen(written: readonly string[]): string[] {
  const lines = [''];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape codes are the subject
  for (const [token, up] of written.join('').matchAll(/\u001b\[(\d+)A\u001b\[J|\n|[^\u001b\n]+/g)) {
    if (up) lines.splice(lines.length - 1 - Number(up), Number(up) + 1, '');
    else if (token === '\n') lines.push('');
    else lines[lines.length - 1] += token;
  }
  return lines;
}

/** Work that ends when `open` is called. */
function pending() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test.each([
  [0, '0.0 s'],
  [3_240, '3.2 s'],
  [59_940, '59.9 s'],
  [59_990, '1 min 00 s'],
  [60_000, '1 min 00 s'],
  [65_900, '1 min 05 s'],
  [599_000, '9 min 59 s'],
  [3_661_000, '61 min 01 s'],
])('%i milliseconds read "%s"', (milliseconds, words) => {
  expect(elapsed(milliseconds)).toBe(words);
});

test('a step returns the result of its work', async () => {
  expect(await stream(false).progress.step('build', async () => 42)).toBe(42);
});

test('without a terminal, a step is one line at its end, without escape codes', async () => {
  const { written, progress } = stream(false);
  const { opened, open } = pending();
  const step = progress.step('build', () => opened);
  vi.advanceTimersByTime(3_200);
  expect(written).toEqual([]);
  open();
  await step;
  expect(written).toEqual(['✓ build (3.2 s)\n']);
});

test('a detail of several lines has each of them on the terminal, cut off at its width, and nothing of it stays', async () => {
  const { written, progress } = stream(true, 40);
  const { opened, open } = pending();
  const step = progress.step('rollout', (note) => {
    note(`at 5 %\n    harm ${'x'.repeat(60)}\n    counts`);
    return opened;
  });
  vi.advanceTimersByTime(400);
  expect(screen(written)).toEqual(['… rollout (0.4 s): at 5 %', `    harm ${'x'.repeat(30)}`, '    counts', '']);
  open();
  await step;
  expect(screen(written)).toEqual(['✓ rollout (0.4 s)', '']);
});

test('without a terminal, a long step prints every 30 s that it goes on, with its latest detail', async () => {
  const { written, progress } = stream(false);
  const { opened, open } = pending();
  const step = progress.step('build', async (note) => {
    note('1 of 2');
    note('2 of 2');
    await opened;
  });
  vi.advanceTimersByTime(29_000);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(36_000);
  expect(written).toEqual(['  … build (30.0 s): 2 of 2\n', '  … build (1 min 00 s): 2 of 2\n']);
  open();
  await step;
});

test('a step that fails is marked, and its error is thrown as it is', async () => {
  const { written, progress } = stream(false);
  const error = new Error('broken');
  await expect(progress.step('build', () => Promise.reject(error))).rejects.toBe(error);
  expect(written).toEqual(['✗ build (0.0 s)\n']);
});

test('work that throws before it returns a promise fails its step', async () => {
  const { written, progress } = stream(false);
  const broken = (): Promise<void> => {
    throw new Error('broken');
  };
  await expect(progress.step('build', broken)).rejects.toThrow('broken');
  expect(written).toEqual(['✗ build (0.0 s)\n']);
});

test('a terminal shows the running steps at its bottom, and each that has ended stays above', async () => {
  const { written, progress } = stream(true);
  const [one, two] = [pending(), pending()];
  const first = progress.step('first', () => one.opened);
  const second = progress.step('second', async (note) => {
    note('half');
    await two.opened;
  });
  vi.advanceTimersByTime(1_000);
  expect(screen(written)).toEqual(['… first (1.0 s)', '… second (1.0 s): half', '']);
  vi.advanceTimersByTime(1_000);
  progress.print('by the way');
  expect(screen(written)).toEqual(['  by the way', '… first (2.0 s)', '… second (2.0 s): half', '']);
  one.open();
  await first;
  expect(screen(written)).toEqual(['  by the way', '✓ first (2.0 s)', '… second (2.0 s): half', '']);
  two.open();
  await second;
  expect(screen(written)).toEqual(['  by the way', '✓ first (2.0 s)', '✓ second (2.0 s)', '']);
});

test('a running step never takes more than one row of a terminal', async () => {
  const { written, progress } = stream(true, 30);
  const { opened, open } = pending();
  const step = progress.step('a title that is much longer than the terminal is wide', () => opened);
  vi.advanceTimersByTime(400);
  for (const line of screen(written)) expect(line.length).toBeLessThan(30);
  open();
  await step;
});

test('a terminal that becomes narrower leaves nothing of the wrapped lines', async () => {
  const { written, terminal, progress } = stream(true, 60);
  const { opened, open } = pending();
  const step = progress.step('a title that is longer than half of the terminal', () => opened);
  vi.advanceTimersByTime(200);
  terminal.columns = 30;
  vi.advanceTimersByTime(200);
  expect(written.at(-2)).toBe('\u001b[2A\u001b[J');
  open();
  await step;
});

test.each([
  ['an unknown width', 0, {}],
  ['no cursor', 80, { TERM: 'dumb' }],
])('a terminal with %s gets lines as without a terminal, not the same one again and again', async (_what, columns, env) => {
  vi.stubEnv('COLUMNS', '');
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { written, progress } = stream(true, columns);
  const { opened, open } = pending();
  const step = progress.step('the services compile', () => opened);
  vi.advanceTimersByTime(10_000);
  expect(written).toEqual([]);
  open();
  await step;
  expect(written).toEqual(['✓ the services compile (10.0 s)\n']);
});

test('the mark of an ended step has a colour where the terminal has colours', async () => {
  vi.stubEnv('FORCE_COLOR', '1');
  const { written, progress } = stream(true);
  await progress.step('build', async () => {});
  expect(written).toEqual(['\u001b[32m✓\u001b[39m build (0.0 s)\n']);
});

test('when the last step has ended nothing ticks any more', async () => {
  const { written, progress } = stream(true);
  await progress.step('build', async () => {});
  expect(vi.getTimerCount()).toBe(0);
  const before = written.length;
  vi.advanceTimersByTime(60_000);
  expect(written).toHaveLength(before);
});
