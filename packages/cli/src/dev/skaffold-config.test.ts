import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { loadAll } from 'js-yaml';
import { expect, onTestFinished, test } from 'vitest';
import { readSkaffoldInput } from './read-skaffold-input.ts';
import { skaffoldConfig, skaffoldFile, skaffoldText } from './skaffold-config.ts';

interface Build {
  readonly artifacts: readonly {
    readonly image: string;
    readonly context?: string;
    readonly custom: { readonly buildCommand: string; readonly dependencies: { readonly paths: readonly string[] } };
  }[];
}
interface Manifests {
  readonly rawYaml: readonly string[];
}
interface Config {
  readonly build: Build;
  readonly manifests: Manifests;
  readonly profiles: readonly {
    readonly name: string;
    readonly manifests?: Manifests;
    readonly patches: readonly { readonly path: string; readonly value: string }[];
  }[];
}

const input = await readSkaffoldInput();
const config = skaffoldConfig(input) as unknown as Config;
const dependsOn = (path: string): string[] =>
  config.build.artifacts.filter(({ custom }) => custom.dependencies.paths.includes(path)).map(({ image }) => image.split('/').at(-1) ?? '');

test('the committed skaffold.yaml is generated from the topology, the environments and the lock file', async () => {
  expect(await readFile(skaffoldFile, 'utf8')).toBe(skaffoldText(input));
});

test('an edit of a service rebuilds its own versions, one of a shared package those that import it', () => {
  for (const { service } of input.versions)
    expect(dependsOn(`apps/${service}`)).toEqual(input.versions.filter((one) => one.service === service).map(({ name }) => name));
  expect(dependsOn('packages/service-kit')).toEqual(input.versions.map(({ name }) => name));
  expect(dependsOn('packages/cli')).toEqual([]);
});

test('every path is there: skaffold ends where one matches no file', () => {
  const paths = [...config.build.artifacts.flatMap(({ custom }) => custom.dependencies.paths), ...config.manifests.rawYaml];
  expect(paths.filter((path) => !existsSync(join(checkout, path)))).toEqual([]);
});

test('skaffold deploys neither the namespace nor Postgres nor a policy: they outlive its end', async () => {
  const files = [config.manifests, ...config.profiles.flatMap(({ manifests = [] }) => manifests)].flatMap(({ rawYaml }) => rawYaml);
  const texts = await Promise.all(files.map((file) => readFile(join(checkout, file), 'utf8')));
  const objects = texts.flatMap((text) => loadAll(text) as KubernetesObject[]);
  expect(objects.length).toBeGreaterThan(0);
  expect(objects.filter(({ kind }) => kind === 'Namespace' || kind === 'StatefulSet' || kind === 'PersistentVolumeClaim')).toEqual([]);
  expect(objects.filter(({ apiVersion }) => apiVersion?.includes('istio.io'))).toEqual([]);
});

test.each([
  ['local', undefined],
  ['eks-dev', 'eks-dev'],
])('each image that the manifests of %s name is one that is built', async (environment, profile) => {
  const patches = config.profiles.find(({ name }) => name === profile)?.patches.map(({ value }) => value);
  const built = patches ?? config.build.artifacts.map(({ image }) => image);
  const texts = await Promise.all(
    [...new Set(input.versions.map(({ service }) => service))].map((service) =>
      readFile(join(checkout, 'deploy', environment, `${service}.yaml`), 'utf8'),
    ),
  );
  const named = texts.flatMap((text) => [...text.matchAll(/ image: "?([^"@\n]+?)(?::local)?"?(?:@[^"\n]*"?)?\n/g)].map(([, name]) => name));
  expect([...new Set(named)].sort()).toEqual([...built].sort());
});

test('with synced sources, only other files rebuild an image, and the manifests are the session’s', () => {
  const variant = (synced: boolean) => skaffoldConfig(input, { root: '/checkout', manifests: '/session/services.yaml', synced });
  const ignored = (synced: boolean) => JSON.stringify(variant(synced)).includes('**/src');
  expect([ignored(true), ignored(false)]).toEqual([true, false]);
  expect(variant(true)).toMatchObject({
    manifests: { rawYaml: ['/session/services.yaml'] },
    deploy: { kubectl: {} },
    profiles: [
      {
        name: 'embedded',
        patches: expect.arrayContaining([expect.objectContaining({ value: `./platform image ${input.versions[0]?.name} --with buildah` })]),
      },
    ],
  });
});

test.each(['my projects $(touch x)', "it's `touch x`", '"quoted"; touch x', '{{ .TOUCH }} & touch x'])(
  'a build command runs the platform of a checkout in a folder named %s, and nothing else',
  async (name) => {
    const parent = await mkdtemp(join(tmpdir(), 'mesh-platform-dev-'));
    onTestFinished(() => rm(parent, { recursive: true, force: true }));
    const root = join(parent, name);
    await mkdir(root);
    await writeFile(join(root, 'platform'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    const { build, profiles } = skaffoldConfig(input, { root, manifests: '/session/services.yaml', synced: true }) as unknown as Config;
    const [artifact] = build.artifacts;
    const commands = [artifact?.custom.buildCommand ?? '', profiles[0]?.patches[0]?.value ?? ''];
    const version = input.versions[0]?.name;
    // As skaffold does: https://github.com/GoogleContainerTools/skaffold/blob/main/pkg/skaffold/build/custom/script.go
    const outputs = await Promise.all(commands.map((command) => promisify(execFile)('sh', ['-c', command], { cwd: artifact?.context })));
    expect(outputs.map(({ stdout }) => stdout)).toEqual([`image\n${version}\n`, `image\n${version}\n--with\nbuildah\n`]);
    expect(commands.join()).not.toContain('{{');
    expect(await readdir(root)).toEqual(['platform']);
  },
);
