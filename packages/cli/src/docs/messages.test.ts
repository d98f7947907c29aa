import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';

const page = readFileSync(join(checkout, 'docs/how-to/troubleshoot.md'), 'utf8');
const rows = page.split('## By message\n')[1]?.split('\n## ')[0]?.split('\n') ?? [];

const OF_ENVOY = ['RBAC: access denied', 'no healthy upstream'];

/** The fixed parts of the messages that the page quotes, as `a … b` has two. */
const quoted = rows
  .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, message = '']) => message))
  .flatMap((message) => message.split('…').map((part) => part.trim()))
  .filter((part) => part.length >= 8 && !OF_ENVOY.includes(part));

test('each message on the page about troubleshooting is in a source', () => {
  const sources = globSync('{mesh,packages/*}/{src,test}/**/*.ts', { cwd: checkout }).map((file) =>
    readFileSync(join(checkout, file), 'utf8'),
  );
  expect(quoted).toEqual(expect.arrayContaining(['the embedded target cannot run here:', 'does not start:']));
  expect(quoted.filter((part) => !sources.some((text) => text.includes(part)))).toEqual([]);
});
