import { expect, test } from 'vitest';
import type { Plan, PlannedObject } from '../apply/plan.ts';
import { planJson, planText } from './plan.ts';

const planned = (action: PlannedObject['action'], name: string, more: Partial<PlannedObject> = {}): PlannedObject => ({
  action,
  object: {
    kind: 'VirtualService',
    metadata: { name, namespace: 'shop' },
    spec: { http: [{ route: [80, 20].map((weight, index) => ({ destination: { host: 'web', subset: `v${index + 1}` }, weight })) }] },
  },
  changes: [],
  takenBackFrom: [],
  conflicts: [],
  ...more,
});
const weight = { path: 'spec.http[web].route[0].weight', before: 50, after: 80 };
const plan: Plan = {
  topology: 'shop',
  warnings: ['istiod is another one'],
  objects: [
    planned('create', 'new'),
    planned('update', 'web', { changes: [weight], split: 'web v1=50 v2=50' }),
    planned('update', 'edited', { changes: [{ path: 'spec.hosts', before: undefined, after: ['a'] }], takenBackFrom: ['kubectl-edit'] }),
    planned('conflict', 'theirs', { conflicts: [{ manager: 'argo-rollouts', field: '.spec.http' }] }),
    planned('unchanged', 'same'),
    planned('prune', 'old'),
  ],
};

test('shows the action for each object, and the reason', () => {
  expect(planText(plan, false)).toBe(`warning: istiod is another one
+ create VirtualService shop/new
~ change VirtualService shop/web
    deviates: split by hand web v1=50 v2=50; the file sets v1=80 v2=20
    spec.http[web].route[0].weight: 50 → 80
~ change VirtualService shop/edited
    spec.hosts: nothing → ["a"]
    taken back from kubectl-edit
! skip   VirtualService shop/theirs
    .spec.http belongs to argo-rollouts
- delete VirtualService shop/old

shop: 1 to create, 2 to change, 1 to delete, 1 to skip, 1 to keep
`);
});

test('prints colours only to a terminal', () => {
  expect(planText(plan, true)).toContain('\u001b[32m+ create VirtualService shop/new\u001b[39m');
  expect(planText(plan, false)).not.toContain('\u001b');
});

test('a plan without differences is one line', () => {
  expect(planText({ ...plan, warnings: [], objects: [planned('unchanged', 'same')] }, false)).toBe(
    'the cluster matches the topology shop: 1 objects\n',
  );
});

test('a program gets every object with its action', () => {
  expect(planJson(plan)).toMatchObject({
    topology: 'shop',
    inSync: false,
    objects: [
      { action: 'create', object: 'VirtualService shop/new' },
      { action: 'update', split: 'web v1=50 v2=50', changes: [weight] },
      { action: 'update', takenBackFrom: ['kubectl-edit'] },
      { action: 'conflict', conflicts: [{ manager: 'argo-rollouts' }] },
      { action: 'unchanged' },
      { action: 'prune' },
    ],
  });
});
