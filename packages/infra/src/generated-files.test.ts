import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEnvironment, type Mesh, milliseconds } from '@mesh-platform/mesh';
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
}, 30_000); // it renders every environment

it('a sidecar drains connections for longer than any timeout of the topology, so that it cuts no request', async () => {
  const drain = /drainDuration: (\S+)/.exec(await read('infra/istio/base.yaml'))?.[1] ?? '';
  const calls = [...mesh.callersOf.values()].flat();
  const timeouts = [...calls, ...(mesh.gateway ? [mesh.gateway] : [])].flatMap(({ timeout, operations }) => [
    timeout,
    ...operations.map((operation) => operation.timeout),
  ]);
  expect(milliseconds(drain), 'drainDuration in infra/istio/base.yaml').toBeGreaterThan(Math.max(...timeouts.map(milliseconds)));
});

/** Comments may speak of a service; code may not. */
const code = (text: string) => text.replaceAll(/(?:#|\/\/).*$/gm, '').replaceAll(/description\s*=.*$/gm, '');

it('nothing in infra repeats a service, a port or a version of the topology by hand', async () => {
  const services = [...mesh.services.values()];
  const anywhere = services.flatMap(({ name, port, versions }) => [`${port}`, ...versions.map((version) => `${name}-${version}`)]);
  const files = globSync(['infra/**/*.{tf,tfvars,hcl,yaml}', '.github/workflows/*.yaml'], { cwd: checkout }).filter(
    (file) => !file.endsWith('rendered.yaml'),
  );
  expect(files.length).toBeGreaterThan(40);
  const texts = await Promise.all(files.map(async (file) => ({ file, text: code(await read(file)) })));
  const repeated = texts.flatMap(({ file, text }) => [
    ...anywhere.filter((word) => new RegExp(`(?<![\\w.-])${word}(?![\\w-])`).test(text)).map((word) => `${file}: ${word}`),
    // A service may be called as a module is, or an argument: what names it is the text of a value, where values are given.
    ...services.filter(({ name }) => file.includes('terraform/live/') && text.includes(`"${name}"`)).map(({ name }) => `${file}: ${name}`),
  ]);
  const isKnown = (line: string) => anywhere.some((word) => line.endsWith(`: ${word}`));
  expect(repeated.filter((line) => !allowed.includes(line))).toEqual([]);
  expect(allowed.filter((line) => isKnown(line) && !repeated.includes(line))).toEqual([]);
});

/** Ports of something else. */
const allowed = [
  'infra/terraform/modules/edge/variables.tf: 8080', // where the ingress gateway's pods listen
  'infra/istio/eks/operator.yaml: 8080', // where the ingress gateway's pods listen
  'infra/istio/cluster/operator.yaml: 8080', // where the ingress gateway's pods listen
  'infra/istio/local/operator.yaml: 8080', // where the ingress gateway's and istiod's pods listen
];
