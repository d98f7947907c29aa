import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { blobPath } from './oci-layout.ts';
import { pushLayout } from './push-layout.ts';

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** A layout of an image with one layer. */
async function layout(): Promise<{ readonly folder: string; readonly manifest: string; readonly layer: string; readonly config: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-layout-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = async (text: string) => {
    const file = join(folder, blobPath(digestOf(text)));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return { digest: digestOf(text), size: text.length, mediaType: 'application/octet-stream' };
  };
  const [config, layer] = [await write('the configuration'), await write('the layer')];
  const manifest = await write(JSON.stringify({ schemaVersion: 2, config, layers: [layer] }));
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  return { folder, manifest: manifest.digest, layer: layer.digest, config: config.digest };
}

/** A registry that has some blobs, and records the blobs that it receives. */
async function registry(held: readonly string[], refusal?: number) {
  const sent: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://registry');
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method === 'HEAD') return response.writeHead(held.some((digest) => url.pathname.endsWith(digest)) ? 200 : 404).end();
    if (request.method === 'POST') return response.writeHead(202, { location: '/v2/web/blobs/uploads/1?state=x' }).end();
    sent.push(`${url.pathname}${url.search} ${digestOf(body)}`);
    return refusal ? response.writeHead(refusal).end('it is full') : response.writeHead(201).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { sent, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const upload = (digest: string) => `/v2/web/blobs/uploads/1?state=x&digest=${encodeURIComponent(digest)} ${digest}`;

test('what is missing in the registry is sent, and then the manifest under its tag', async () => {
  const { folder, manifest, layer, config } = await layout();
  const { sent, host } = await registry([]);
  expect(await pushLayout(folder, `${host}/web:try`)).toBe(manifest);
  expect(sent).toEqual([upload(config), upload(layer), `/v2/web/manifests/try ${manifest}`]);
});

test('skips a layer that the registry has', async () => {
  const { folder, manifest, layer, config } = await layout();
  const { sent, host } = await registry([layer]);
  await pushLayout(folder, `${host}/web:try`);
  expect(sent).toEqual([upload(config), `/v2/web/manifests/try ${manifest}`]);
});

test('reports the registry’s own message when it refuses', async () => {
  const { folder } = await layout();
  const { host } = await registry([], 507);
  await expect(pushLayout(folder, `${host}/web:try`)).rejects.toThrow(/the registry refused an image: PUT .* answered 507, it is full/);
});

test.each(['web', 'web:try', '127.0.0.1:1/web'])('%s is no image of a registry', async (reference) => {
  const { folder } = await layout();
  await expect(pushLayout(folder, reference)).rejects.toThrow(`'${reference}' is no image of a registry`);
});
