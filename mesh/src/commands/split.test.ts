import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadEnvironment } from '../load/load-environment.ts';
import type { Place } from './place.ts';
import { run } from './split.ts';

const withoutCluster = {
  json: false,
  environment: () => loadEnvironment(join(import.meta.dirname, '../../examples/shop/staging.ts')),
  cluster: () => Promise.reject(new Error('no cluster runs')),
} as unknown as Place;

it.each([
  ['storefront', ['v1=120'], 'v1=120 add up to 120, not to 100'],
  ['storefront', ['v1=50', 'v3=50'], 'storefront has no version v3'],
  ['storefront', ['v1'], "'v1' is no weight"],
  ['nosuch', ['v1=100'], 'there is no service nosuch'],
  ['storefront', ['v1=80', 'v2=20'], 'no cluster runs'],
])('split %s %j is checked before a cluster is needed: %s', (service, words, message) =>
  expect(run(withoutCluster, service, words, { save: false })).rejects.toThrow(message),
);
