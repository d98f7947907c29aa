import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { beginLayout, blobPath, filesToGive, imageOf } from './oci-layout.ts';

const blob = (name: string) => ({ mediaType: 'application/octet-stream', digest: `sha256:${name}`, size: 1 });
const manifest = Buffer.from(JSON.stringify({ config: blob('config'), layers: [blob('base'), blob('deps'), blob('app'), blob('deps')] }));

let layout = '';
let digest = '';
beforeEach(async () => {
  layout = await mkdtemp(join(tmpdir(), 'mesh-platform-layout-'));
  onTestFinished(() => rm(layout, { recursive: true, force: true }));
  await beginLayout(layout, manifest, 'localhost/web:key');
  digest = await imageOf(layout);
});

test('a layout has its manifest under the digest that its index names', async () => {
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await readFile(join(layout, blobPath(digest)))).toEqual(manifest);
});

test('its index names the tag, so that a runtime can', async () => {
  const [entry] = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')).manifests;
  expect(entry).toMatchObject({ size: manifest.length, annotations: { 'org.opencontainers.image.ref.name': 'localhost/web:key' } });
});

test.each([
  ['nothing', [], ['base', 'deps', 'app']],
  ['the layers that did not change', ['sha256:base', 'sha256:deps'], ['app']],
  ['everything', ['sha256:base', 'sha256:deps', 'sha256:app', 'sha256:config'], []],
])('gives a runtime that has %s the missing files, each once', async (_, held, layers) => {
  const files = ['oci-layout', 'index.json', blobPath(digest), ...['config', ...layers].map((name) => `blobs/sha256/${name}`)];
  expect(await filesToGive(layout, new Set(held))).toEqual(files);
});
