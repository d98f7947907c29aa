import { expect, test } from 'vitest';
import { staleImages } from './containerd.ts';

const keep = new Map([['web-v1', 'localhost/mesh-platform/web-v1@sha256:new']]);
const registry = '127.0.0.1:5080';
const image = (digest: string, ...references: string[]) => ({ digest, references: [...references, `sha256:id-${digest}`] });
const pod = (reference: string, metadata = {}) => ({ metadata, spec: { containers: [{ name: 'main', image: reference }] } });

const current = image('new', 'localhost/mesh-platform/web-v1:key2', 'localhost/mesh-platform/web-v1@sha256:new');
const earlier = image('old', 'localhost/mesh-platform/web-v1:key1', 'localhost/mesh-platform/web-v1@sha256:old');
const pushed = image('pushed', `${registry}/web:try`, `${registry}/web@sha256:pushed`);

test('an earlier image of what is kept goes, with all of its names', () => {
  expect(staleImages([current, earlier], keep, [], registry)).toEqual([earlier]);
});

test('what was pulled from the registry goes when no pod runs it', () => {
  expect(staleImages([pushed], keep, [], registry)).toEqual([pushed]);
  expect(staleImages([pushed], keep, [pod(`${registry}/web@sha256:pushed`)], registry)).toEqual([]);
});

test('a pod that is about to end keeps no image', () => {
  const ending = pod('localhost/mesh-platform/web-v1@sha256:old', { deletionTimestamp: new Date() });
  expect(staleImages([earlier], keep, [ending], registry)).toEqual([earlier]);
});

test('keeps an image of another name', () => {
  expect(
    staleImages([image('node', 'localhost/mesh-platform/node:key'), image('other', 'example.org/web-v1:1')], keep, [], registry),
  ).toEqual([]);
});
