import { expect, test } from 'vitest';
import { ISTIO_HUB, pulledImages } from './image-sources.ts';
import { pins } from './pins.ts';

const dockerfile = (image: string) => ['ARG BASE=', image, '\nFROM $', '{BASE}\n'].join('');
const SERVICE = dockerfile('node:24.1');

test('pulls from Docker Hub where nothing is set', () => {
  const images = pulledImages({}, {});
  expect([images.node, images.istioHub, images.base('web-v1', SERVICE)]).toEqual([pins.kindNodeImage, ISTIO_HUB, 'node:24.1']);
});

test.each([
  ['node:24.1', 'mirror.example.com:5000/hub/library/node:24.1'],
  ['acme/node:24.1', 'mirror.example.com:5000/hub/acme/node:24.1'],
  ['docker.io/library/node:24.1', 'mirror.example.com:5000/hub/library/node:24.1'],
  ['quay.io/acme/node:24.1', 'quay.io/acme/node:24.1'],
  ['localhost/acme/node:24.1', 'localhost/acme/node:24.1'],
])('a mirror of Docker Hub gives %s as %s', (image, mirrored) => {
  const { base, node, istioHub } = pulledImages({ registry: 'mirror.example.com:5000/hub' }, {});
  expect(base('web-v1', dockerfile(image))).toBe(mirrored);
  expect(node).toBe(`mirror.example.com:5000/hub/${pins.kindNodeImage}`);
  expect(istioHub).toBe('mirror.example.com:5000/hub/istio');
});

test('one image that is named goes before the mirror, a variable before the environment’s file', () => {
  const declared = {
    registry: 'mirror.example.com',
    nodeImage: 'example.com/node:1',
    baseImage: 'example.com/base:1',
    postgresImage: 'example.com/pg:1',
  };
  const images = pulledImages(declared, {
    PLATFORM_NODE_IMAGE: 'example.com/node:2',
    PLATFORM_ISTIO_HUB: 'example.com/istio',
    PLATFORM_BASE_IMAGE: '',
  });
  expect([images.node, images.istioHub, images.base('web-v1', SERVICE), images.base('postgres', SERVICE)]).toEqual([
    'example.com/node:2',
    'example.com/istio',
    'example.com/base:1',
    'example.com/pg:1',
  ]);
});

test('a Dockerfile without the argument keeps its base', () => {
  expect(pulledImages({ baseImage: 'example.com/base:1' }, {}).base('web-v1', 'FROM node:24.1\n')).toBeUndefined();
});

test.each([
  [{}, { PLATFORM_IMAGE_REGISTRY: 'https://mirror.example.com' }, 'PLATFORM_IMAGE_REGISTRY is invalid'],
  [{ istioHub: 'a b' }, {}, 'imageSources.istioHub is invalid'],
])('rejects what is no reference, by its name: %j %j', (declared, environment, message) => {
  expect(() => pulledImages(declared, environment)).toThrow(message);
});
