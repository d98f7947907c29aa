import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { type BuiltFileSystem, buildForEmbedded, builtFileSystems, goProgram, imageLayers, run } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readThirdParty } from '../src/licences/read-third-party.ts';
import { thirdParty } from '../src/licences/third-party.ts';
import { readBills, sources } from '../src/sbom/bills.ts';
import { cyclonedx } from '../src/sbom/cyclonedx.ts';
import { releasesOf } from '../src/services/releases.ts';
import { serviceImage } from '../src/services/service-image.ts';
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
const documents = new Map<string, { readonly text: string; readonly document: Document }>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-sbom-'));
  expect(await platform(['sbom', '--out', folder])).toMatchObject({ status: 0 });
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), 'utf8');
    documents.set(file.replace('.cdx.json', ''), { text, document: JSON.parse(text) });
  }
  const releases = releasesOf((await localEnvironment()).environment.mesh);
  const services = await Promise.all(releases.map(async (one) => imageLayers(await buildForEmbedded(await serviceImage(one), silent))));
  fileSystems = [...(await builtFileSystems(silent)), ...services];
}, 600_000);
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

test('the committed list of Go modules and Debian packages is what is built', async () => {
  expect(await readThirdParty(silent), 'run npm run licences -w packages/cli').toEqual(await thirdParty());
}, 120_000);

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

test('a package and a program that were put into an image are rejected, and the same image gives the same document', async () => {
  const image = fileSystems.find(({ layers, name }) => layers.length > 3 && name.includes('-v'));
  if (!image) throw new Error('there is no image of a service');
  const [from, go] = [await sources(), await goProgram(silent)];
  const planted = join(folder, 'planted');
  await run(
    'sh',
    [
      '-c',
      'mkdir -p "$1/node_modules/planted" && echo \'{"name":"planted","version":"1.0.0"}\' > "$1/node_modules/planted/package.json"',
      'sh',
      planted,
    ],
    options,
  );
  const withPackage = { ...image, layers: [...image.layers, { folder: planted, at: 'app' }] };
  await expect(readBills([withPackage], from, go)).rejects.toThrow('npm package planted 1.0.0');
  await run('sh', ['-c', 'rm -r "$1/node_modules" && cp /bin/true "$1/planted"', 'sh', planted], options);
  const withProgram = { ...image, layers: [...image.layers, { folder: planted, at: 'usr/bin' }] };
  await expect(readBills([withProgram], from, go)).rejects.toThrow('unknown origin: usr/bin/planted');
  const [bill] = await readBills([image], from, go);
  expect(bill && cyclonedx(bill.subject, bill.parts)).toBe(documents.get(image.name)?.text);
});
