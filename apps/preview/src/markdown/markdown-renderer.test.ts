import { afterEach, expect, test } from 'vitest';
import { MarkdownRenderer, type RendererOptions } from './markdown-renderer.js';

/** A thread that does what its text names, and answers with the text. */
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
import { parentPort } from 'node:worker_threads';
const kept = [];
parentPort.on('message', (text) => {
  const [what, ms] = text.split(' ');
  if (what === 'loop') for (;;);
  if (what === 'memory') for (;;) kept.push(Array.from({ length: 1000 }, () => text));
  if (what === 'fail') throw new Error('of the thread');
  if (what === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms));
  parentPort.postMessage(what === 'complex' ? undefined : { html: text, headings: [], headingCount: 0, words: 1 });
});`)}`,
);

const logged: string[] = [];
const note = (_about: unknown, message: string) => void logged.push(message);
let renderer: MarkdownRenderer | undefined;

function start(options: Partial<RendererOptions> = {}): MarkdownRenderer {
  const logger = { warn: note, error: note } as unknown as ConstructorParameters<typeof MarkdownRenderer>[0];
  renderer = new MarkdownRenderer(logger, { script, cpuMs: 200, wallMs: 10_000, maxWaiting: 4, waitMs: 10_000, ...options });
  return renderer;
}

afterEach(async () => {
  await renderer?.onApplicationShutdown();
  logged.length = 0;
});

const formatted = (text: string) => expect.objectContaining({ html: expect.objectContaining({ text }) });

test('formats texts in their order', async () => {
  const { render } = bound(start());
  expect(await Promise.all(['a', 'b', 'c'].map(render))).toEqual(['a', 'b', 'c'].map(formatted));
  expect(await render('complex')).toBe('complex');
  expect(logged).toEqual([]);
});

test.each([
  ['loop', 'the markdown thread was ended: too long'],
  ['memory', 'the markdown thread was ended: out of memory'],
])('ends the thread of a text that would %s for ever, and formats the next one', async (what, message) => {
  const { render } = bound(start({ cpuMs: what === 'loop' ? 200 : 10_000 }));
  expect(await Promise.all([render(what), render('next')])).toEqual(['complex', formatted('next')]);
  expect(logged).toEqual([message]);
});

test('keeps the process free while a text blocks the thread', async () => {
  const { render } = bound(start());
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  expect(await render('loop')).toBe('complex');
  clearInterval(timer);
  expect(turns).toBeGreaterThan(10);
});

test('gives a text that waits for the processor the time that it did not get', async () => {
  expect(await start({ cpuMs: 100 }).render('sleep 600')).toEqual(formatted('sleep 600'));
});

test('ends a thread that takes too long by the clock', async () => {
  expect(await start({ wallMs: 300 }).render('sleep 60000')).toBe('complex');
});

test('reports a thread that fails, and starts another for the next text', async () => {
  const { render } = bound(start());
  expect(await render('fail')).toBe('failed');
  expect(logged).toEqual(['the markdown thread failed']);
  expect(await render('next')).toEqual(formatted('next'));
});

test('reports a thread that cannot start, for each text and not in a loop', async () => {
  const { render } = bound(start({ script: new URL('data:text/javascript,throw new Error()') }));
  expect([await render('a'), await render('b')]).toEqual(['failed', 'failed']);
  expect(logged).toHaveLength(2);
});

test('refuses a text where too many wait, and one that has waited too long', async () => {
  const { render } = bound(start({ waitMs: 200, cpuMs: 600, maxWaiting: 2 }));
  const first = render('loop');
  const waiting = [render('a'), render('b')];
  expect(await render('c')).toBe('busy');
  expect(await Promise.all(waiting)).toEqual(['busy', 'busy']);
  expect(await first).toBe('complex');
  expect(await render('d')).toEqual(formatted('d'));
});

const bound = (of: MarkdownRenderer) => ({ render: (text: string) => of.render(text) });
