import { UsageError } from '@mesh-platform/kubernetes';
import { describe, expect, test } from 'vitest';
import { readWeights, weightsIn, weightsInWords, withKeptWeights, withMarkOfSameWeights } from './weights.ts';

const versions = ['v1', 'v2', 'v3'];

test('versions that are not named get nothing', () => {
  expect(weightsInWords(readWeights('web', versions, ['v2=20', 'v1=80']))).toBe('v1=80 v2=20 v3=0');
  expect(weightsInWords(readWeights('web', versions, ['v3=100']))).toBe('v1=0 v2=0 v3=100');
});

test.each([
  [['v1=90', 'v2=45'], 'v1=90 v2=45 add up to 135, not to 100'],
  [['v1=9', 'v2=1'], 'v1=9 v2=1 add up to 10, not to 100'],
  [['v4=100'], 'web has no version v4'],
  [['v1=99.5', 'v2=0.5'], "'v1=99.5' is no weight"],
  [['v1=-1', 'v2=101'], "'v1=-1' is no weight"],
  [['v1'], "'v1' is no weight"],
  [['v1=50', 'v1=50'], 'duplicate version v1'],
  [[], 'the weights of web are missing'],
])('%j is refused: %s', (words, message) => {
  const reading = () => readWeights('web', versions, words);
  expect(reading).toThrow(message);
  expect(reading).toThrow(UsageError);
});

const route = (...weights: (number | undefined)[]) => ({
  name: 'web',
  route: weights.map((weight, index) => ({
    destination: { host: 'web', subset: `v${index + 1}` },
    ...(weight === undefined ? {} : { weight }),
  })),
});
const object = (...http: object[]) => ({ kind: 'VirtualService', metadata: { name: 'web', namespace: 'shop' }, spec: { http } });
const host = 'web.shop.svc.cluster.local';

test('the weights are read from the route that has weights, not from one that is meant for a version', () => {
  expect(weightsIn(object(route(undefined), route(80, 20)), host)).toEqual(
    new Map([
      ['v1', 80],
      ['v2', 20],
    ]),
  );
  expect(weightsIn(object(route(undefined)), host)).toBeUndefined();
  expect(weightsIn(object(route(80, 20)), 'other.shop.svc.cluster.local')).toBeUndefined();
});

describe('the weights that a rollout keeps', () => {
  const declared = object(route(undefined), route(80, 20)) as never;
  const live = { ...object(route(undefined), route(95, 5)), metadata: { name: 'web', namespace: 'shop', annotations: { 'mesh.platform/split': 'web v1=95 v2=5' } } } as never; // biome-ignore format: one object

  test('replace those of the file, and keep the mark of the split', () => {
    const kept = withKeptWeights(declared, live, ['web']);
    expect(kept.spec).toEqual(object(route(undefined), route(95, 5)).spec);
    expect(kept.metadata?.annotations).toEqual({ 'mesh.platform/split': 'web v1=95 v2=5' });
  });

  test('are only those of the named services', () => {
    expect(withKeptWeights(declared, live, ['other'])).toBe(declared);
    expect(withKeptWeights(declared, live, [])).toBe(declared);
  });
});

test('a split back to the declared weights is part of the declared object, any other is not', () => {
  const declared = object(route(undefined), route(80, 20)) as never;
  const marked = (mark: string) => ({ ...object(route(80, 20)), metadata: { annotations: { 'mesh.platform/split': mark } } }) as never;
  expect(withMarkOfSameWeights(declared, marked('web v1=80 v2=20')).metadata?.annotations).toEqual({
    'mesh.platform/split': 'web v1=80 v2=20',
  });
  for (const mark of ['web v1=50 v2=50', 'other v1=80 v2=20', '']) expect(withMarkOfSameWeights(declared, marked(mark))).toBe(declared);
});
