import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadEnvironment } from '../load/load-environment.ts';
import { ownedLabels } from '../object.ts';
import { render, renderYaml } from './render.ts';
import { yamlOf } from './yaml.ts';

const example = (name: string) => loadEnvironment(join(import.meta.dirname, '../../examples/shop', `${name}.ts`));
const staging = await example('staging');
const production = await example('production');
const kinds = [...new Set([...staging.rendered.objects, ...production.rendered.objects].map(({ kind = '' }) => kind))];

test.each(kinds)('the %s objects of the example are as reviewed', async (kind) => {
  const [place] = [production, staging].filter(({ rendered }) => rendered.objects.some((object) => object.kind === kind));
  const text = yamlOf(place?.rendered.objects.filter((object) => object.kind === kind) ?? []);
  await expect(text).toMatchFileSnapshot(`golden/${kind}.yaml`);
});

test('the same topology gives the same bytes', () => {
  const once = renderYaml(render(staging.environment));
  expect(renderYaml(render(staging.environment))).toEqual(once);
  expect([...once.values()].join('')).toContain('kind: VirtualService');
});

test('every object carries the labels by which its topology owns it', () => {
  for (const { metadata } of staging.rendered.objects) expect(metadata?.labels).toMatchObject(ownedLabels('shop'));
});

test('renders no duplicate object', () => {
  const names = production.rendered.objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
  expect(new Set(names).size).toBe(names.length);
});

test('puts the identifying fields of an object first in its YAML, and sorts the rest', () => {
  const text = yamlOf([
    { spec: { b: 1, a: [{ value: 2, name: 'x' }] }, metadata: { labels: {}, name: 'web' }, kind: 'K', apiVersion: 'v1' },
  ]);
  expect(text).toBe('apiVersion: v1\nkind: K\nmetadata:\n  name: web\n  labels: {}\nspec:\n  a:\n    - name: x\n      value: 2\n  b: 1\n');
});

test('a database outside takes the place of its pods: no workload, an entry, and its callers know it', () => {
  const { objects } = production.rendered;
  expect(objects.filter(({ kind }) => kind === 'StatefulSet')).toEqual([]);
  const named = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata?.name === name);
  expect(named('ServiceEntry', 'postgres')).toMatchObject({ spec: { hosts: ['shop.database.example'], location: 'MESH_EXTERNAL' } });
  expect(named('Sidecar', 'catalog')).toMatchObject({ spec: { egress: [{ hosts: ['./shop.database.example'] }] } });
  expect(named('Sidecar', 'search')).toMatchObject({ spec: { egress: [{ hosts: ['./catalog.shop.svc.cluster.local'] }] } });
});
