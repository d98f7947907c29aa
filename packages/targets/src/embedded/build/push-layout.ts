import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PlatformError } from '@mesh-platform/kubernetes';
import { blobPath, imageOf, MANIFEST, type Manifest } from './oci-layout.ts';

const TIMEOUT_MS = 60_000;

/**
 * Pushes the image of a layout to a registry without TLS, as `HOST:PORT/NAME:TAG`; gives its digest. Blobs that the registry has are
 * skipped. `buildah push` would compress every layer, which costs time and saves nothing within one machine.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push
 */
export async function pushLayout(layout: string, reference: string): Promise<string> {
  const { registry, name, tag } = partsOf(reference);
  const base = `http://${registry}/v2/${name}`;
  const digest = await imageOf(layout);
  const manifest = await readFile(join(layout, blobPath(digest)));
  const { config, layers } = JSON.parse(manifest.toString()) as Manifest;
  for (const blob of [config, ...layers]) await pushBlob(base, blob.digest, join(layout, blobPath(blob.digest)));
  const headers = { 'content-type': MANIFEST, 'content-length': manifest.length };
  await expectStatus(201, await send('PUT', `${base}/manifests/${tag}`, headers, manifest));
  return digest;
}

async function pushBlob(base: string, digest: string, file: string): Promise<void> {
  if ((await send('HEAD', `${base}/blobs/${digest}`)).status === 200) return;
  const upload = await expectStatus(202, await send('POST', `${base}/blobs/uploads/`, { 'content-length': 0 }));
  const place = new URL(upload.location, base);
  place.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': (await stat(file)).size };
  await expectStatus(201, await send('PUT', place.href, headers, createReadStream(file)));
}

/** The registry, the repository and the tag of `HOST:PORT/NAME:TAG`. */
function partsOf(reference: string): { registry: string; name: string; tag: string } {
  const [, registry, name, tag] = /^([^/]+)\/([a-z0-9._/-]+):([A-Za-z0-9_.-]+)$/.exec(reference) ?? [];
  if (!registry || !name || !tag) throw new PlatformError(`'${reference}' is no image of a registry`, 'write it as HOST:PORT/NAME:TAG');
  return { registry, name, tag };
}

interface Answer {
  readonly what: string;
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

async function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string | number>> = {},
  body: Buffer | NodeJS.ReadableStream = Buffer.alloc(0),
): Promise<Answer> {
  const sent = request(url, { method, headers, timeout: TIMEOUT_MS, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', async (response) => {
      try {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(part);
        const text = Buffer.concat(parts).toString().trim();
        resolve({ what: `${method} ${url}`, status: response.statusCode ?? 0, location: response.headers.location ?? '', text });
      } catch (error) {
        reject(error);
      }
    });
  });
  if (Buffer.isBuffer(body)) sent.end(body);
  else pipeline(body, sent).catch(() => {}); // an answer or an error of `sent` reports the outcome
  return answer;
}

async function expectStatus(expected: number, answer: Answer): Promise<Answer> {
  if (answer.status === expected) return answer;
  throw new PlatformError(
    `the registry refused an image: ${answer.what} answered ${answer.status}${answer.text && `, ${answer.text}`}`,
    'look whether the target runs (./platform status) and whether the registry is full (docs/embedded.md)',
  );
}
