import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allChecks } from '@mesh-platform/proofs';
import { checkout } from '@mesh-platform/targets';
import { describe, expect, test } from 'vitest';

/** The lines of a recording. */
const textIn = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  );

const AGAIN = "run node packages/cli/scripts/record.ts docs/images/up-and-tour.svg './platform up' './platform tour'";

describe.each(['up-and-tour.svg', 'up-and-tour-still.svg'])('%s', (name) => {
  const svg = readFileSync(join(checkout, 'docs/images', name), 'utf8');

  test('runs nothing, loads nothing and is small', () => {
    expect(svg).not.toMatch(/<script|href=|\bon\w+=|url\(|@import/);
    expect(svg.length).toBeLessThan(100_000);
  });

  test('names no folder of the machine that it was made on', () => {
    expect(textIn(svg).filter((line) => /(^|[\s=])\/(tmp|root|home|work|run|var|usr)\b|--instance/.test(line))).toEqual([]);
  });

  test('ends with every check of the tour passed', () => {
    expect(textIn(svg).at(-1), AGAIN).toMatch(new RegExp(`^${allChecks.length} passed, 0 failed, in `));
  });
});

describe('the recording of the README', () => {
  const lines = textIn(readFileSync(join(checkout, 'docs/images/up-and-tour.svg'), 'utf8'));
  const [up = [], tour = []] = [lines.slice(0, lines.indexOf('$ ./platform tour')), lines.slice(lines.indexOf('$ ./platform tour'))];
  const passed = (of: readonly string[]) => of.flatMap((line) => /^ *✓ (.*) \(.*\)$/.exec(line)?.[1] ?? []);

  test('shows the commands that it is about', () => expect([up[0], tour[0]]).toEqual(['$ ./platform up', '$ ./platform tour']));

  test('shows each check of the tour with its title of today, in order', () => {
    expect(passed(tour), AGAIN).toEqual(allChecks.map(({ name }) => name));
    expect(tour, AGAIN).toEqual(expect.arrayContaining(allChecks.map(({ name, title }) => `${name}: ${title}`)));
  });

  test('shows steps of up that the sources have', () => {
    const sources = globSync('{mesh,packages/*}/src/**/*.ts', { cwd: checkout }).map((file) => readFileSync(join(checkout, file), 'utf8'));
    const titles = passed(up);
    expect(titles).toContain('the first answer through the mesh');
    expect(
      titles.filter((title) => !sources.some((text) => text.includes(`'${title}'`))),
      AGAIN,
    ).toEqual([]);
  });

  test('has a description that ends as it does, and a still one for readers who want no motion', () => {
    const readme = readFileSync(join(checkout, 'README.md'), 'utf8');
    const [, alt = ''] = /<img src="docs\/images\/up-and-tour\.svg" alt="([^"]*)"/.exec(readme) ?? [];
    expect(alt).toMatch(new RegExp(`${allChecks.length} passed, 0 failed$`));
    expect(readme).toContain('<source media="(prefers-reduced-motion: reduce)" srcset="docs/images/up-and-tour-still.svg">');
    expect(readme).toMatch(new RegExp(`^${allChecks.length} passed, 0 failed, in .*$`, 'm'));
  });
});
