import type { Cluster } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { loadedImages } from './loaded-images.ts';

test('finds this repository’s images on the nodes by name, by digest where there is one', async () => {
  const images = [
    { names: ['localhost/mesh-platform/web-v1@sha256:a', 'localhost/mesh-platform/web-v1:f00'] },
    { names: ['localhost/mesh-platform/core-v1:local'] },
    { names: ['docker.io/istio/pilot:1.31.0'] },
  ];
  const cluster = { list: async () => [{ status: { images } }, {}] } as unknown as Cluster;
  expect(await loadedImages(cluster)).toEqual(
    new Map([
      ['core-v1', 'localhost/mesh-platform/core-v1:local'],
      ['web-v1', 'localhost/mesh-platform/web-v1@sha256:a'],
    ]),
  );
});
