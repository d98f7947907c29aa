import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { runInNewContext } from 'node:vm';
import { defineEnvironment, resolveMesh } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { typesPages } from './types-page.ts';

const pages = typesPages();
const [topology, environment] = pages;

/** The fields of an interface with the values of their examples. */
const examplesOf = (page = topology, name = 'MeshSpec'): Record<string, unknown> =>
  Object.fromEntries(
    (page?.interfaces.find((one) => one.name === name)?.fields ?? []).map(({ name, example }) => [name, runInNewContext(`(${example})`)]),
  );

test.each(pages)('$file matches the types', async ({ file, text }) => {
  expect(await readFile(file, 'utf8'), 'run npm run generate -w packages/cli').toBe(text);
});

test('each field has a description, an example and what it generates; an optional one has its default', () => {
  const missing = pages.flatMap(({ file, interfaces }) =>
    interfaces.flatMap(({ name, fields }) =>
      fields
        .filter((field) => !field.description || !field.example || !field.generates || (field.optional && !field.default))
        .map((field) => `${relative(checkout, file)}: ${name}.${field.name}`),
    ),
  );
  expect(missing).toEqual([]);
});

test('the examples of the topology are one that resolves', () => {
  const { services, externals } = resolveMesh(examplesOf() as never);
  expect([...services.keys(), ...externals.keys()]).toEqual(['storefront', 'orders', 'payments']);
});

test('so are those of an environment of it', () => {
  const spec = examplesOf();
  const resolved = defineEnvironment({ ...resolveMesh(spec as never), spec: spec as never }, {
    ...examplesOf(environment, 'EnvironmentSpec'),
    outside: {},
  } as never);
  expect(resolved).toMatchObject({ name: 'staging', replicas: 2, zones: true });
});

test.each(['ServiceSpec', 'CallSpec', 'MethodsSpec', 'RetriesSpec', 'EntrySpec', 'ExternalSpec'])('the examples of %s are values', (name) =>
  expect(Object.values(examplesOf(topology, name))).not.toContain(undefined),
);
