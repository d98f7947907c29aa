import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';

const page = readFileSync(join(checkout, 'docs/explanation/threat-model.md'), 'utf8');

interface Proof {
  readonly file: string;
  readonly title: string;
}

/** What the rows of the page name: a file, then the title of a test in quotes. */
const proofsOf = (text: string): readonly Proof[] =>
  [...text.matchAll(/`([^`]+\.test\.ts)`: "([^"]+)"/g)].map(([, file = '', title = '']) => ({ file, title }));

/** Rows of the tables of promises: those whose targets are marked. */
const promisesOf = (text: string): readonly string[] => text.split('\n').filter((line) => /^\|[^|]+\|( ✓? ?\|){4}/.test(line));

/** Why a proof is missing; undefined where the file has a test of that title. */
function missing({ file, title }: Proof): string | undefined {
  const path = join(checkout, file);
  if (!existsSync(path)) return `${file} does not exist`;
  const quoted = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const named = new RegExp(`(?:\\b(?:test|it)(?:\\.\\w+)*|\\))\\(\\s*(['"\`])${quoted}\\1`);
  const found = named.test(readFileSync(path, 'utf8'));
  return found ? undefined : `${file} has no test "${title}"`;
}

test('every test that the threat model names exists', () => {
  expect(proofsOf(page).length).toBeGreaterThan(10);
  expect(proofsOf(page).map(missing).filter(Boolean)).toEqual([]);
});

test('every promise of the threat model names a test', () => {
  expect(promisesOf(page).length).toBeGreaterThan(10);
  expect(promisesOf(page).filter((row) => proofsOf(row).length === 0)).toEqual([]);
});

test.each([
  ['a file', { file: 'packages/cli/test/none.test.ts', title: 'x' }, 'does not exist'],
  ['a title', { file: 'packages/cli/src/docs/threat-model.test.ts', title: 'proofsOf' }, 'has no test "proofsOf"'],
])('rejects %s that does not exist', (_, proof, expected) => expect(missing(proof)).toContain(expected));

test('finds a promise without a test', () => {
  const rows = promisesOf('| a | ✓ | | | | `x.test.ts`: "t" |\n| b | ✓ | ✓ | | ✓ | later |\n| boundary | who | what |\n');
  expect(rows.filter((row) => proofsOf(row).length === 0)).toEqual(['| b | ✓ | ✓ | | ✓ | later |']);
});
