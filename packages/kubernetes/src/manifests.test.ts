import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { inOrder, isWorkload, readManifest, readManifests } from './manifests.ts';
import { PlatformError } from './platform-error.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-manifests-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const objects = (...kinds: string[]) => kinds.map((kind, index) => ({ apiVersion: 'v1', kind, metadata: { name: `${kind}-${index}` } }));
const kindsOf = (groups: ReturnType<typeof inOrder>) => groups.map((group) => group.map(({ kind }) => kind));

test('a file gives each of its objects', async () => {
  const path = await file('a.yaml', 'kind: A\n---\nkind: B\n');
  expect(await readManifest(path)).toEqual([{ kind: 'A' }, { kind: 'B' }]);
});

test('empty documents are no objects', async () => {
  const path = await file('a.yaml', '---\n# a word\n---\nkind: A\n---\n---\nkind: B\n---\n');
  expect(await readManifest(path)).toEqual([{ kind: 'A' }, { kind: 'B' }]);
  expect(await readManifest(await file('empty.yaml', ''))).toEqual([]);
});

test('an image that is tagged local gets its reference, wherever it is named', async () => {
  const path = await file('a.yaml', 'one: localhost/mesh-platform/web-v1:local\ntwo: [localhost/mesh-platform/web-v1:local]\n');
  const reference = 'localhost/mesh-platform/web-v1@sha256:$&';
  expect(await readManifest(path, new Map([['web-v1', reference]]))).toEqual([{ one: reference, two: [reference] }]);
});

test('images of others are left as they are', async () => {
  const path = await file('a.yaml', 'one: docker.io/library/web:local\ntwo: localhost/mesh-platform/web:1.0\n');
  expect(await readManifest(path)).toEqual([{ one: 'docker.io/library/web:local', two: 'localhost/mesh-platform/web:1.0' }]);
});

test('an image that nothing builds is refused, with the file and the image', async () => {
  const path = await file('a.yaml', 'image: localhost/mesh-platform/web-v9:local\n');
  const reading = readManifest(path, new Map([['web-v1', 'x']]));
  await expect(reading).rejects.toBeInstanceOf(PlatformError);
  await expect(reading).rejects.toThrow(`${path} names the image localhost/mesh-platform/web-v9:local, which nothing builds`);
});

test('what is not YAML is refused, with the file and the place', async () => {
  const path = await file('broken.yaml', 'kind: A\nmetadata: [1\n');
  const reading = readManifest(path);
  await expect(reading).rejects.toBeInstanceOf(PlatformError);
  await expect(reading).rejects.toThrow(`${path} is not YAML: `);
});

test('a folder gives the objects of its YAML files, in the order of their names', async () => {
  await file('b.yaml', 'kind: B\n');
  await file('a.yaml', 'kind: A\n');
  await file('README.md', '# not YAML: [');
  expect(await readManifests(folder)).toEqual([{ kind: 'A' }, { kind: 'B' }]);
});

test('what others refer to is applied first, workloads last, and the rest between in its own order', () => {
  const groups = inOrder(
    objects(
      'Deployment',
      'VirtualService',
      'Secret',
      'DaemonSet',
      'Service',
      'ServiceAccount',
      'CustomResourceDefinition',
      'Job',
      'ConfigMap',
      'StatefulSet',
      'PersistentVolume',
      'Namespace',
      'AuthorizationPolicy',
    ),
  );
  expect(kindsOf(groups)).toEqual([
    ['Namespace'],
    ['CustomResourceDefinition'],
    ['ServiceAccount'],
    ['ConfigMap'],
    ['Secret'],
    ['PersistentVolume'],
    ['VirtualService', 'Service', 'AuthorizationPolicy'],
    ['Deployment', 'DaemonSet', 'Job', 'StatefulSet'],
  ]);
});

test('no object is lost and none is there twice', () => {
  const all = objects('Deployment', 'Namespace', 'Deployment', 'Gateway', 'Namespace');
  expect(new Set(inOrder(all).flat())).toEqual(new Set(all));
  expect(inOrder(all).flat()).toHaveLength(all.length);
  expect(inOrder([])).toEqual([]);
});

test.each(['Deployment', 'StatefulSet', 'DaemonSet'])('a %s is a workload', (kind) => {
  expect(isWorkload({ kind })).toBe(true);
});

test.each(['Service', 'Pod', 'VirtualService'])('a %s is none', (kind) => {
  expect(isWorkload({ kind })).toBe(false);
});
