import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseObjects } from '../read-objects.ts';
import { allChecks, runChecks } from '../run-checks.ts';
import { rules } from './index.ts';

const fixtures = new URL('../../../test/fixtures/rules/', import.meta.url);

interface Fixture {
  readonly code: string;
  readonly file: string;
  readonly text: string;
}

const all: readonly Fixture[] = readdirSync(fixtures)
  .sort()
  .flatMap((code) =>
    readdirSync(new URL(`${code}/`, fixtures))
      .sort()
      .map((file) => ({ code, file, text: readFileSync(new URL(`${code}/${file}`, fixtures), 'utf8') })),
  );
const failing = all.filter(({ file }) => file.startsWith('fails'));
const passing = all.filter(({ file }) => file.startsWith('passes'));

const findingsOf = ({ text, file }: Fixture) => runChecks({ objects: parseObjects(text, file) }, allChecks);
/** Each `# finds: object path` at the head of a failing file. */
const expectedOf = ({ text }: Fixture) => [...text.matchAll(/^# finds: (.*)$/gm)].map(([, words]) => words ?? '');
/** Each `# also: code`: an error of another rule that cannot be avoided. */
const alsoOf = ({ text }: Fixture) => [...text.matchAll(/^# also: (.*)$/gm)].map(([, code]) => code);

test('codes are unique, in order, and of their family', () => {
  const codes = rules.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].sort());
  for (const code of codes) expect(code).toMatch(/^MESH[234]\d\d$/);
});

test.each(rules)('$code has a file that fails and one that passes', ({ code }) => {
  expect(failing.filter((one) => one.code === code).length).toBeGreaterThan(0);
  expect(passing.filter((one) => one.code === code).length).toBeGreaterThan(0);
});

test.each(failing)('$code reports the findings that $file expects, and no other error', (fixture) => {
  const findings = findingsOf(fixture);
  const expected = expectedOf(fixture);
  expect(expected.length).toBeGreaterThan(0);
  expect(findings.filter(({ code }) => code === fixture.code).map(({ object, path }) => `${object} ${path}`.trim())).toEqual(expected);
  const others = findings.filter(({ code, severity }) => code !== fixture.code && severity === 'error');
  expect(others.map(({ code }) => code)).toEqual(alsoOf(fixture));
});

test.each(passing)('$code reports nothing for $file, and no check reports an error', (fixture) => {
  expect(findingsOf(fixture).filter(({ code, severity }) => code === fixture.code || severity === 'error')).toEqual([]);
});

test.each(failing)('$code reports the same for $file where names are those of every JavaScript object', ({ code, file, text }) => {
  const codesOf = (given: string) => runChecks({ objects: parseObjects(given, file) }, rules).map((finding) => finding.code);
  expect(codesOf(text)).toContain(code);
  for (const name of ['constructor', '__proto__']) expect(codesOf(text.replace(/\borders\b/g, name)).sort()).toEqual(codesOf(text).sort());
});
