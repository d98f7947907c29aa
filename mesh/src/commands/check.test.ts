import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { LoadedEnvironment } from '../load/load-environment.ts';
import { render } from '../render/render.ts';
import { defineMesh } from '../topology/define-mesh.ts';
import { defineEnvironment } from '../topology/environment.ts';
import { type ReportFormat, run } from './check.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url));

const check = (file: string, { json }: { json: boolean }) => run(noTopology(json), [file]);

const noTopology = (json: boolean) => ({
  json,
  topologyFile: 'mesh.ts',
  environment: (): Promise<LoadedEnvironment> => Promise.reject(new Error('no topology is read')),
});

test('an error makes the exit status 1, and the output names code, file, line, object, place and hint', async () => {
  const file = fixture('rules/MESH207/fails.yaml');
  const { output, exitCode } = await check(file, { json: false });
  expect(exitCode).toBe(1);
  expect(output).toContain(
    `✗ MESH207 error  ${file}:9  VirtualService shop/orders  spec.http[0].route[0]\n    the host oders (oders.shop.svc.cluster.local) is no Service and no ServiceEntry\n    → fix the name`,
  );
});

test('a namespace for objects that name none is part of the check', async () => {
  const file = fixture('rules/MESH207/passes-where-the-namespace-is-left-to-kubectl.yaml');
  const place = noTopology(false);
  const { output, exitCode } = await run(place, [file], { namespace: 'web' });
  expect(output).toContain('the host orders.shop.svc.cluster.local is no Service and no ServiceEntry');
  expect(exitCode).toBe(1);
  await expect(run(place, [], { namespace: 'web' })).rejects.toThrow('--namespace is for YAML files');
});

test('warnings leave the exit status 0', async () => {
  const { output, exitCode } = await check(fixture('rules/MESH206/fails.yaml'), { json: false });
  expect(output).toContain('! MESH206 warning');
  expect(exitCode).toBe(0);
});

test('a program gets the same as JSON', async () => {
  const { output, exitCode } = await check(fixture('rules/MESH207/fails.yaml'), { json: true });
  const report = JSON.parse(output) as { objects: number; errors: number; findings: { code: string; line: number }[] };
  expect(report).toMatchObject({ objects: 2, errors: 1 });
  expect(report.findings.find(({ code }) => code === 'MESH207')).toMatchObject({ line: 9, object: 'VirtualService shop/orders' });
  expect(exitCode).toBe(1);
});

test.each<[ReportFormat, string]>([
  ['sarif', '"version": "2.1.0"'],
  ['github', '::error file=mesh/test/fixtures/rules/MESH207/fails.yaml,line=9,'],
])('the format %s keeps the exit status', async (format, text) => {
  const { output, exitCode } = await run(noTopology(false), [fixture('rules/MESH207/fails.yaml')], { format });
  expect(output.replaceAll(`${process.cwd()}/`, '')).toContain(text);
  expect(exitCode).toBe(1);
});

test('findings about a topology are shown in its file', async () => {
  const mesh = defineMesh({
    name: 'shop',
    namespace: 'shop',
    services: { front: { protocol: 'http', port: 8080, versions: ['v1'] } },
    gateway: { to: 'front', hosts: ['*'] },
  });
  const environment = defineEnvironment(mesh, { name: 'test', image: () => 'example.com/app:1' });
  const place = { ...noTopology(false), environment: async () => ({ file: 'test.ts', environment, rendered: render(environment) }) };
  expect((await run(place, [], { format: 'github' })).output).toMatch(/^::warning file=mesh.ts,line=1,title=MESH308 /);
});

test('a field that Istio does not know, in YAML from elsewhere, is an error', async () => {
  const { output, exitCode } = await check(fixture('elsewhere/unknown-field.yaml'), { json: false });
  expect(output).toMatch(/✗ MESH001 error .* spec\.http\[0\]\.retires\n/);
  expect(exitCode).toBe(1);
});

test('the output is JSON where a file is not read, and the other files are checked', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-check-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\n');
  const inFolder = async () => {
    const { output, exitCode } = await check(folder, { json: true });
    return { ...(JSON.parse(output) as object), exitCode };
  };
  expect(await inFolder()).toMatchObject({ objects: 0, errors: 1, exitCode: 1 }); // nothing was checked
  await writeFile(join(folder, 'a.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  expect(await inFolder()).toMatchObject({
    objects: 1,
    warnings: 1,
    exitCode: 0,
    findings: [{ code: 'MESH011', file: join(folder, 'Chart.yaml') }],
  });
  await writeFile(join(folder, 'b.yaml'), 'a: [');
  expect(await inFolder()).toMatchObject({ objects: 1, errors: 1, warnings: 1, exitCode: 1 });
});

test.each(['books.yaml', 'chat-over-tcp.yaml', 'two-namespaces.yaml', 'delegation.yaml'])(
  '%s, a realistic set that others wrote, has no error',
  async (name) => {
    const { output, exitCode } = await check(fixture(`elsewhere/${name}`), { json: false });
    expect(output).not.toContain('✗');
    expect(exitCode).toBe(0);
  },
);

test.each(['local', 'cluster', 'eks'])("Istio's own installation of %s has nothing to be found", async (name) => {
  const { output } = await check(fileURLToPath(new URL(`../../../infra/istio/${name}/rendered.yaml`, import.meta.url)), { json: false });
  expect(output).toMatch(/^✓ nothing found in \d+ objects\n$/);
});
