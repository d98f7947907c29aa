import { expect, test } from 'vitest';
import { manyServices } from '../../test/support/many-services.ts';
import { allChecks, runChecks } from '../check/run-checks.ts';
import { render } from '../render/render.ts';
import { cyclesOf, resolveMesh } from './define-mesh.ts';
import { defineEnvironment } from './environment.ts';

test.each([60, 100, 300, 1_000])('a mesh of %i services has five times as many calls, hubs, and no cycle', (services) => {
  const mesh = resolveMesh(manyServices(services));
  const all = [...mesh.services.values()];
  const callers = [...mesh.callersOf.values()].map(({ length }) => length);
  expect(mesh.services.size).toBe(services);
  expect(all.flatMap(({ calls }) => calls)).toHaveLength(5 * services);
  expect(Math.max(...callers)).toBeGreaterThan(services / 15);
  expect(cyclesOf(mesh)).toEqual([]);
  expect(new Set(all.map(({ protocol }) => protocol))).toEqual(new Set(['http', 'grpc']));
  expect(new Set(all.map(({ versions }) => versions.length))).toEqual(new Set([1, 2]));
});

test('it is the same for the same seed, and passes every check', () => {
  const spec = manyServices(100);
  expect(manyServices(100)).toEqual(spec);
  expect(manyServices(100, { seed: 2 })).not.toEqual(spec);
  const environment = defineEnvironment({ ...resolveMesh(spec), spec }, { name: 'many', image: () => 'registry.test/a:1' });
  expect(runChecks({ objects: render(environment).objects, mesh: environment.mesh }, allChecks)).toEqual([]);
});
