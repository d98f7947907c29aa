import { expect, test } from 'vitest';
import { HOSTILE_TEXTS } from '../../test/hostile-texts.js';
import { TooComplexError } from './render-budget.js';
import { renderMarkdown } from './render-markdown.js';

const KIB = 1024;
const SIZES = [64 * KIB, 256 * KIB] as const;
// Processor time in ms. The slowest of these texts takes 116, the median of 10 runs on two busy cores. The promise is 200, the rest is for slower ones.
const MOST = 300;
// Four times the text may take four times as long; the rest is noise. Below this time the measurement is only noise.
const GROWTH = 4 * 1.6;
const NOISE = 20;
const TRIES = 4;
const MAX_MARKUP = 2 * KIB * KIB;

function cpuMs(source: string): number {
  const before = process.threadCpuUsage();
  try {
    expect(renderMarkdown(source).html.text.length).toBeLessThanOrEqual(MAX_MARKUP);
  } catch (error) {
    if (!(error instanceof TooComplexError)) throw error;
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

const fits = ([short = 0, long = 0]: readonly number[]) => long <= MOST && long <= Math.max(short, NOISE) * GROWTH;

test.each(Object.keys(HOSTILE_TEXTS))('formats or refuses %s in time that grows no faster than the text', (name) => {
  const texts = SIZES.map((size) => HOSTILE_TEXTS[name]?.(size) ?? '');
  expect(texts.map((text) => Buffer.byteLength(text))).toEqual(SIZES);
  let best = texts.map(cpuMs);
  for (let tries = 1; tries < TRIES && !fits(best); tries++) {
    best = texts.map((text, index) => Math.min(cpuMs(text), best[index] ?? 0));
  }
  expect(best, `ms for ${SIZES.join(', ')} bytes`).toSatisfy(fits);
});
