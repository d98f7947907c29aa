import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { type BuiltFileSystem, buildForEmbedded, builtFileSystems, goProgram, imageLayers, run } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readThirdParty, thirdParty } from '../src/licences/third-party.ts';
import { type Bill, billsOf, readBills, sources } from '../src/sbom/bills.ts';
import { cyclonedx } from '../src/sbom/cyclonedx.ts';
import { serviceImage } from '../src/services/service-image.ts';
import { versionsOf } from '../src/services/service-versions.ts';
import { localEnvironment } from '../src/services/topology.ts';
import { schemaFaults } from './support/cyclonedx-schema.ts';
import { platform } from './support/platform.ts';

interface Document {
  readonly components: readonly {
    readonly name: string;
    readonly purl?: string;
    readonly properties?: readonly { readonly value: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

let folder = '';
let fileSystems: readonly BuiltFileSystem[] = [];
let bills: readonly Bill[] = [];
const documents = new Map<string, { readonly text: string; readonly document: Document }>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-sbom-'));
  bills = await billsOf([], silent);
  for (const { subject, parts } of bills) {
    const text = cyclonedx(subject, parts);
    documents.set(subject.name, { text, document: JSON.parse(text) });
  }
  const versions = versionsOf((await localEnvironment()).environment.mesh);
  const services = await Promise.all(versions.map(async (one) => imageLayers(await buildForEmbedded(await serviceImage(one), silent))));
  fileSystems = [...(await builtFileSystems(silent)), ...services];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = { timeout: 120_000 };
/** Paths by another reader than the one under test; folders end with a slash. */
async function pathsOf({ layers }: BuiltFileSystem): Promise<readonly string[]> {
  const lists = await Promise.all(
    layers.map((layer) =>
      'archive' in layer
        ? run('tar', ['-tf', layer.archive], options)
        : run('find', [layer.folder, '-type', 'f', '-printf', `${layer.at}/%P\n`], options),
    ),
  );
  return lists.flatMap((list) => list.split('\n').map((path) => path.replace(/^\.?\//, '')));
}

test('every file system that is built has a document that the schema of CycloneDX accepts', () => {
  expect([...documents.keys()].sort()).toEqual(fileSystems.map(({ name }) => name).sort());
  for (const [name, { text }] of documents) expect(schemaFaults(text), name).toEqual([]);
});

test('every npm package of an image is listed, and nothing more', async () => {
  for (const one of fileSystems) {
    const packages = (await pathsOf(one)).filter((path) => /node_modules\/(@[^/]+\/)?[^/@][^/]*\/package\.json$/.test(path));
    const { components = [] } = documents.get(one.name)?.document ?? {};
    const listed = components
      .filter(({ purl }) => purl?.startsWith('pkg:npm/'))
      .flatMap(({ properties = [] }) => properties.map(({ value }) => value))
      .filter((path) => path.includes('node_modules'));
    expect(listed.sort(), one.name).toEqual(packages.map((path) => `/${path.replace('/package.json', '')}`).sort());
  }
});

test('every Go program that is compiled here is listed with the modules that it was linked from', async () => {
  const go = await goProgram(silent);
  const node = fileSystems.find(({ name }) => name === 'node-root')?.layers.at(-1);
  if (!node || !('folder' in node)) throw new Error('the node has no folder of programs');
  const { document } = documents.get('node-root') ?? {};
  const programs = (await readdir(node.folder)).filter((file) => !file.includes('.'));
  expect(programs).toEqual(expect.arrayContaining(['etcd', 'kubelet', 'kube-apiserver', 'coredns', 'pause']));
  for (const program of programs) {
    const information = await run(go, ['version', '-m', join(node.folder, program)], options);
    const linked = information.split('\n').filter((line) => /^\t(mod|dep)\t/.test(line)).length;
    const listed = document?.dependencies.find(({ ref }) => ref === `application:${node.at}/${program}`)?.dependsOn ?? [];
    expect(listed.length, program).toBe(linked + 1); // and Go's standard library
  }
});

test('the committed list of Go modules and Debian packages matches the build', async () => {
  expect(await readThirdParty(bills), 'run npm run licences -w packages/cli').toEqual(await thirdParty());
});

test('every Debian package of the base is listed by the name that dpkg has', async () => {
  const base = fileSystems.find(({ name }) => name === 'base');
  const lists = (base ? await pathsOf(base) : []).filter((path) => /^var\/lib\/dpkg\/info\/.*\.list$/.test(path));
  const names = lists.map((path) => path.replace(/.*\//, '').replace(/(:amd64)?\.list$/, ''));
  const { components = [] } = documents.get('base')?.document ?? {};
  expect(names.length).toBeGreaterThan(50);
  expect(
    components
      .filter(({ purl }) => purl?.startsWith('pkg:deb/'))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names.sort());
});

/** The first image of a service. */
function serviceOf(): BuiltFileSystem {
  const image = fileSystems.find(({ layers, name }) => layers.length > 3 && name.includes('-v'));
  if (!image) throw new Error('there is no image of a service');
  return image;
}

test('the command writes the same document at another time', async () => {
  const { name } = serviceOf();
  const { stdout } = await platform(['sbom', name, '--out', folder, '--json']);
  const file = join(folder, `${name}.cdx.json`);
  expect(JSON.parse(stdout)).toMatchObject([{ image: name, file }]);
  expect(await readFile(file, 'utf8')).toBe(documents.get(name)?.text);
});

test('an image that is not built here is rejected with those that are', async () => {
  const { status, stderr } = await platform(['sbom', 'none', '--out', folder]);
  expect(status).toBe(2);
  expect(stderr).toContain("there is no image 'none'\n  → name one of: base, ");
});

test.each([
  [
    'a package',
    'app',
    'mkdir -p node_modules/planted && echo \'{"name":"planted","version":"1.0.0"}\' >node_modules/planted/package.json',
    'npm package planted 1.0.0',
  ],
  ['a program', 'usr/bin', 'cp /bin/true planted', 'unknown origin: usr/bin/planted'],
])('%s that was put into an image is rejected', async (_, at, plant, message) => {
  const planted = await mkdtemp(join(folder, 'planted-'));
  await run('sh', ['-c', plant], { ...options, cwd: planted });
  const image = { ...serviceOf(), layers: [...serviceOf().layers, { folder: planted, at }] };
  await expect(readBills([image], await sources(), await goProgram(silent))).rejects.toThrow(message);
});
