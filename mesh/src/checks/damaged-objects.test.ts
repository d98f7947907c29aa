import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allChecks } from './all-checks.ts';
import type { MeshObject } from './check.ts';
import { parseObjects } from './read-objects.ts';
import { runChecks } from './run-checks.ts';

const fixtures = new URL('../../test/fixtures/elsewhere/', import.meta.url);
const texts = readdirSync(fixtures).map((file) => JSON.stringify(parseObjects(readFileSync(new URL(file, fixtures), 'utf8'), file)));

/** mulberry32: the same seed gives the same numbers everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

const junk: readonly unknown[] = [null, 'word', 7, -1, true, [], {}, [null], [7], { name: null }, [{}], '*', '~/*', 'constructor'];

/** Puts something else in the place of one value of an object, anywhere below its kind. */
function damaged(object: MeshObject, next: () => number): MeshObject {
  const places: [Record<string, unknown>, string][] = [];
  const collect = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      collect((value as Record<string, unknown>)[key]);
    }
  };
  collect({ spec: object.spec, labels: object.metadata?.labels });
  collect(object.spec);
  const [parent, key] = places[Math.floor(next() * places.length)] ?? [{}, ''];
  parent[key] = junk[Math.floor(next() * junk.length)];
  return object;
}

test.each([1, 2, 3, 4])('no check breaks on objects that are damaged anywhere (seed %i)', (seed) => {
  const next = random(seed);
  for (let round = 0; round < 60; round++) {
    const objects = JSON.parse(texts[Math.floor(next() * texts.length)] ?? '[]') as MeshObject[];
    for (let count = 0; count < 3; count++) damaged(objects[Math.floor(next() * objects.length)] ?? { kind: 'None' }, next);
    expect(() => runChecks({ objects }, allChecks), JSON.stringify(objects)).not.toThrow();
  }
});
