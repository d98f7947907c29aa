import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from './check.ts';
import { allChecks } from './run-checks.ts';
import { sarifLog } from './sarif.ts';

const finding: Finding = {
  code: 'MESH205',
  severity: 'error',
  object: 'VirtualService shop/orders',
  path: 'spec.http[0].route',
  message: 'the weights add up to 135',
  hint: 'write 100',
  file: join(process.cwd(), 'deploy/a b#.yaml'),
  line: 18,
};
const ofFile: Finding = { ...finding, code: 'MESH010', object: '', path: '', file: '/elsewhere/a.yaml', severity: 'warning' };
const { file: _file, line: _line, ...ofNoFile } = finding;

/** The fields that sarif-schema-2.1.0.json requires of what is written here, by the path of the owner. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  '': ['version', 'runs'],
  'runs[]': ['tool'],
  'runs[].tool': ['driver'],
  'runs[].tool.driver': ['name'],
  'runs[].tool.driver.rules[]': ['id'],
  'runs[].tool.driver.rules[].shortDescription': ['text'],
  'runs[].tool.driver.rules[].help': ['text'],
  'runs[].results[]': ['message'],
  'runs[].results[].message': ['text'],
  'runs[].results[].locations[]': [],
  'runs[].results[].locations[].physicalLocation': ['artifactLocation'],
};

function everyOwner(value: unknown, path: string, found: Map<string, object[]>): Map<string, object[]> {
  if (Array.isArray(value)) for (const item of value) everyOwner(item, `${path}[]`, found);
  else if (typeof value === 'object' && value !== null) {
    found.set(path, [...(found.get(path) ?? []), value]);
    for (const [key, inner] of Object.entries(value)) everyOwner(inner, path === '' ? key : `${path}.${key}`, found);
  }
  return found;
}

test('has the fields that the schema of SARIF 2.1.0 requires', () => {
  const owners = everyOwner(sarifLog([finding, ofFile, ofNoFile], allChecks), '', new Map());
  for (const [path, fields] of Object.entries(REQUIRED)) {
    expect(owners.get(path), path).toBeDefined();
    for (const owner of owners.get(path) ?? []) for (const field of fields) expect(owner, path).toHaveProperty(field);
  }
});

test('a result names its rule, its level and its place', () => {
  const [run] = sarifLog([finding], allChecks).runs;
  const [result] = run?.results ?? [];
  expect(result).toEqual({
    ruleId: 'MESH205',
    ruleIndex: allChecks.findIndex(({ code }) => code === 'MESH205'),
    level: 'error',
    message: { text: 'VirtualService shop/orders spec.http[0].route: the weights add up to 135. Hint: write 100' },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'deploy/a%20b%23.yaml' }, region: { startLine: 18 } },
        logicalLocations: [{ fullyQualifiedName: 'VirtualService shop/orders spec.http[0].route', kind: 'object' }],
      },
    ],
  });
  expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual(allChecks.map(({ code }) => code));
});

test('a file outside of the folder has an absolute URI, and a finding without a file has no physical place', () => {
  const results = sarifLog([ofFile, ofNoFile], allChecks).runs[0]?.results ?? [];
  expect(results[0]?.locations).toEqual([
    { physicalLocation: { artifactLocation: { uri: 'file:///elsewhere/a.yaml' }, region: { startLine: 18 } } },
  ]);
  expect(results[1]?.locations?.[0]).not.toHaveProperty('physicalLocation');
});
