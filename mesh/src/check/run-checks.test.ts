import { expect, test } from 'vitest';
import type { MeshObject } from '../object.ts';
import type { Mesh } from '../topology/mesh.ts';
import type { Check } from './check.ts';
import { parseObjects, readText } from './read-objects.ts';
import { allChecks, describeFinding, describeReport, reportOf, runChecks } from './run-checks.ts';

const objects = parseObjects(
  ['web', 'core'].map((name) => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: platform }\n`).join('---\n'),
  'a.yaml',
);
const checkThat = (code: string, at: readonly [string, string][], rest: Partial<Check> = {}): Check => ({
  code,
  title: code,
  find: () => at.map(([object, path]) => ({ object, path, message: `${code} at ${path}`, hint: 'fix it' })),
  ...rest,
});
const mesh = {} as Mesh;

test('findings come in the order of their objects, then by code and place, whatever the order of the checks', () => {
  const checks = [
    checkThat('MESH202', [
      ['Service platform/core', 'b'],
      ['Service platform/core', 'a'],
      ['Service platform/web', 'z'],
    ]),
    checkThat('MESH201', [
      ['Service platform/nowhere', ''],
      ['Service platform/core', 'c'],
    ]),
  ];
  const brief = (given: readonly Check[]) => runChecks({ objects }, given).map(({ object, code, path }) => `${object} ${code} ${path}`);
  expect(brief(checks)).toEqual([
    'Service platform/web MESH202 z',
    'Service platform/core MESH201 c',
    'Service platform/core MESH202 a',
    'Service platform/core MESH202 b',
    'Service platform/nowhere MESH201 ',
  ]);
  expect(brief(checks.toReversed())).toEqual(brief(checks));
});

test.each<[string, Partial<Check>, Mesh | undefined, string]>([
  ['an ordinary check', {}, undefined, 'error'],
  ['a check that warns', { severity: 'warning' }, mesh, 'warning'],
  ['a matter of style in YAML from elsewhere', { styleOnly: true }, undefined, 'warning'],
  ['a matter of style in our own', { styleOnly: true }, mesh, 'error'],
])('%s has its severity', (_what, rest, given, severity) => {
  const subject = { objects, ...(given ? { mesh: given } : {}) };
  expect(runChecks(subject, [checkThat('MESH201', [['Service platform/web', 'a']], rest)])[0]?.severity).toBe(severity);
});

test('a finding has the file and line of its object', () => {
  const [found] = runChecks({ objects }, [checkThat('MESH201', [['Service platform/core', 'spec.ports[0]']])]);
  expect(found).toMatchObject({ file: 'a.yaml', line: 5 });
  expect(found && describeFinding(found)).toBe(
    '✗ MESH201 error  a.yaml:5  Service platform/core  spec.ports[0]\n    MESH201 at spec.ports[0]\n    → fix it\n',
  );
});

test('a finding about an object that no file gave has none', () => {
  const made: readonly MeshObject[] = [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'platform' } }];
  const [found] = runChecks({ objects: made }, [checkThat('MESH201', [['Service platform/web', '']])]);
  expect(found).not.toHaveProperty('file');
  expect(found && describeFinding(found)).toMatch(/^✗ MESH201 error {2}Service platform\/web\n/);
});

test('a finding has the file of its own object where two files contain one of that name', () => {
  const bad = 'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: edge, namespace: a }\nspec: { nothing: 1 }\n';
  const good = 'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: edge, namespace: a }\nspec: {}\n';
  const found = runChecks({ objects: [...parseObjects(good, 'a.yaml'), ...parseObjects(`\n${bad}`, 'b.yaml')] }, allChecks);
  expect(found.filter(({ code }) => code === 'MESH001')).toMatchObject([{ file: 'b.yaml', line: 2 }]);
});

test('a file that is not read is one finding: an error, or a warning where another tool reads it', () => {
  const unreadable = [...readText('a: [', 'a.yaml').unreadable, ...readText('{{ if }}\n---\n{{ end }}', 'b.yaml').unreadable];
  const found = runChecks({ objects, unreadable }, allChecks).filter(({ object }) => object === '');
  expect(found.map(describeFinding).join('')).toBe(
    `✗ MESH010 error  a.yaml:1\n    the file is not YAML: unexpected end of the stream within a flow collection\n    → fix that line\n` +
      `! MESH011 warning  b.yaml:1\n    the file is a Helm template\n    → check what Helm renders: helm template CHART >rendered.yaml\n`,
  );
  expect(runChecks({ objects: [], unreadable }, allChecks).map(({ severity }) => severity)).toEqual(['error', 'error']); // nothing was checked
});

test('the last line of a report counts', () => {
  const findings = runChecks({ objects }, [
    checkThat('MESH201', [['Service platform/web', '']]),
    checkThat(
      'MESH202',
      [
        ['Service platform/web', ''],
        ['Service platform/web', 'a'],
      ],
      { styleOnly: true },
    ),
  ]);
  expect(describeReport(reportOf(2, findings))).toMatch(/\n1 error, 2 warnings in 2 objects\n$/);
  expect(describeReport(reportOf(1, []))).toBe('✓ nothing found in 1 object\n');
});
