import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Random } from '../../test/support/random.ts';
import type { MeshObject } from '../object.ts';
import { parseObjects } from './read-objects.ts';
import { allChecks, runChecks } from './run-checks.ts';

const fixtures = new URL('../../test/fixtures/elsewhere/', import.meta.url);
const texts = readdirSync(fixtures).map((file) => JSON.stringify(parseObjects(readFileSync(new URL(file, fixtures), 'utf8'), file)));

const junk: readonly unknown[] = [null, 'word', 7, -1, true, [], {}, [null], [7], { name: null }, [{}], '*', '~/*', 'constructor'];

/** Puts something else in the place of one value of an object, anywhere below its kind. */
function damaged(object: MeshObject, random: Random): void {
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
  if (places.length === 0) return;
  const [parent, key] = random.pick(places);
  parent[key] = random.pick(junk);
}

test.each([1, 2, 3, 4])('no check breaks on objects that are damaged anywhere (seed %i)', (seed) => {
  const random = new Random(seed);
  for (let round = 0; round < 60; round++) {
    const objects = JSON.parse(random.pick(texts)) as MeshObject[];
    for (let count = 0; count < 3; count++) damaged(random.pick(objects), random);
    expect(() => runChecks({ objects }, allChecks), JSON.stringify(objects)).not.toThrow();
  }
});

test.each(['constructor', '__proto__', 'toString'])('the name %s is one like any other, wherever it is looked up', (name) => {
  const of = (kind: string, group: string, spec: object) =>
    JSON.stringify({ apiVersion: `${group}.istio.io/v1`, kind, metadata: { name: 'a', namespace: 'shop' }, spec });
  const rules = [{ from: [{ source: { principals: ['a'] } }], when: [{ key: name, values: ['a'] }] }];
  const objects = parseObjects(
    [
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'shop' },
        spec: { selector: { app: name }, ports: [{ port: 80 }] },
      }),
      of('PeerAuthentication', 'security', { mtls: { mode: name } }),
      of('DestinationRule', 'networking', { host: name, trafficPolicy: { tls: { mode: 'DISABLE' } } }),
      of('AuthorizationPolicy', 'security', { rules }),
      of(name, 'networking', {}),
    ].join('\n'),
    'a.json',
  );
  const found = runChecks({ objects }, allChecks).map(({ code, object }) => `${code} ${object}`);
  expect(found).toEqual(
    expect.arrayContaining([`MESH004 PeerAuthentication shop/a`, `MESH144 AuthorizationPolicy shop/a`, `MESH008 ${name} shop/a`]),
  );
});
