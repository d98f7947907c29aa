import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEnvironment, type Mesh } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { beforeAll, expect, it } from 'vitest';
import { generatedFiles } from './generated-files.ts';

const read = (file: string) => readFile(join(checkout, file), 'utf8');
let mesh: Mesh;

beforeAll(async () => {
  mesh = (await loadEnvironment(join(checkout, 'environments/local.ts'))).environment.mesh;
});

it('what is generated is committed as it is generated now', async () => {
  for (const [file, text] of await generatedFiles()) expect(await read(file), file).toBe(text);
});

/** Comments may speak of a service; code may not. */
const code = (text: string) => text.replaceAll(/(?:#|\/\/).*$/gm, '').replaceAll(/description\s*=.*$/gm, '');

it('nothing in infra repeats a service, a port or a release of the topology by hand', async () => {
  const known = [...mesh.services.values()].flatMap(({ name, port, versions }) => [
    name,
    `${port}`,
    ...versions.map((version) => `${name}-${version}`),
  ]);
  const files = globSync(['infra/**/*.{tf,tfvars,hcl,yaml}', '.github/workflows/*.yaml'], { cwd: checkout }).filter(
    (file) => !file.endsWith('rendered.yaml'),
  );
  expect(files.length).toBeGreaterThan(40);
  const repeated = (await Promise.all(files.map(async (file) => ({ file, text: code(await read(file)) })))).flatMap(({ file, text }) =>
    known.filter((word) => new RegExp(`(?<![\\w.-])${word}(?![\\w-])`).test(text)).map((word) => `${file}: ${word}`),
  );
  expect(repeated.filter((line) => !allowed.includes(line))).toEqual([]);
  expect(allowed.filter((line) => !repeated.includes(line))).toEqual([]);
});

/** Words that mean something else than the service or port of that name. */
const allowed = [
  'infra/istio/cluster/operator.yaml: 8080', // where the ingress gateway's pods listen
  'infra/istio/local/operator.yaml: 8080', // where the ingress gateway's and istiod's pods listen
  'infra/terraform/modules/database/main.tf: postgres', // the engine of RDS, and its first role
  'infra/terraform/modules/database/moved.tf: core', // the one client that there was
  'infra/terraform/modules/database/variables.tf: postgres', // the role that no client may be
];
