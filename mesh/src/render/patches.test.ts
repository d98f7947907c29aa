import { expect, test } from 'vitest';
import { type Patch, patched } from './patches.ts';

const deployment = (name: string, app: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'platform', labels: { app } },
  spec: {
    replicas: 1,
    template: {
      spec: {
        containers: [{ name: 'web', image: 'i', env: [{ name: 'A', value: '1' }], args: ['x'], resources: { limits: { cpu: '1' } } }],
      },
    },
  },
});
const patch = (spec: object, labels: Record<string, string> = { app: 'web' }, kind = 'Deployment'): Patch => ({
  file: 'patch.yaml',
  target: { kind, labels },
  content: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'any' }, spec },
});
const container = (change: object) => ({ template: { spec: { containers: [{ name: 'web', ...change }] } } });
const firstOf = ([object]: readonly object[]) =>
  (object as { spec: { template: { spec: { containers: Record<string, unknown>[]; volumes?: unknown } } } }).spec.template.spec;

test('a patch changes the objects of its kind and labels, and no others', () => {
  const objects = [deployment('web-v1', 'web'), deployment('core-v1', 'core'), { ...deployment('web', 'web'), kind: 'Service' }];
  const result = patched(objects, [patch({ replicas: 3 })]);
  expect(result.map((object) => (object.spec as { replicas: number }).replicas)).toEqual([3, 1, 1]);
  expect(result.map(({ metadata }) => metadata?.name)).toEqual(['web-v1', 'core-v1', 'web']);
});

test('items of a list with a name are merged by it, and new ones come first', () => {
  const env = [
    { name: 'B', value: '2' },
    { name: 'A', value: '9' },
  ];
  const [web] = firstOf(patched([deployment('web-v1', 'web')], [patch(container({ env }))])).containers;
  expect(web).toMatchObject({
    image: 'i',
    env: [
      { name: 'B', value: '2' },
      { name: 'A', value: '9' },
    ],
  });
});

test('a list without names is replaced, null removes a field, and $patch removes an item', () => {
  const change = container({ args: ['y'], resources: null, env: [{ name: 'A', $patch: 'delete' }] });
  const [web] = firstOf(patched([deployment('web-v1', 'web')], [patch(change)])).containers;
  expect(web).toEqual({ name: 'web', image: 'i', args: ['y'], env: [] });
});

test('what the object does not have is added', () => {
  const spec = firstOf(patched([deployment('web-v1', 'web')], [patch({ template: { spec: { volumes: [{ name: 'v', emptyDir: {} }] } } })]));
  expect(spec.volumes).toEqual([{ name: 'v', emptyDir: {} }]);
});

test('patches apply one after the other, and leave the object they were given as it was', () => {
  const object = deployment('web-v1', 'web');
  const before = structuredClone(object);
  const result = patched([object], [patch({ replicas: 2 }), patch({ replicas: 4 })]);
  expect(result).toMatchObject([{ spec: { replicas: 4 } }]);
  expect(object).toEqual(before);
});
