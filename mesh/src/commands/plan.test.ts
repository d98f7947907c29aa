import { expect, test, vi } from 'vitest';
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
  overriddenManagers: [],
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
    planned('update', 'edited', {
      changes: [{ path: 'spec.hosts', before: undefined, after: ['a'] }],
      overriddenManagers: ['kubectl-edit'],
    }),
    planned('conflict', 'theirs', { conflicts: [{ manager: 'argo-rollouts', field: '.spec.http' }] }),
    planned('unchanged', 'same'),
    planned('delete', 'old'),
  ],
};

const PRINTED = `warning: istiod is another one
+ create   VirtualService shop/new
~ update   VirtualService shop/web
    drift: split by hand web v1=50 v2=50; the file sets v1=80 v2=20
    spec.http[web].route[0].weight: 50 → 80
~ update   VirtualService shop/edited
    spec.hosts: nothing → ["a"]
    drift: changed by kubectl-edit; apply reverts it
! conflict VirtualService shop/theirs
    conflict: .spec.http belongs to argo-rollouts; apply skips the object
- delete   VirtualService shop/old

shop: 1 to create, 2 to update, 1 to delete, 1 in conflict, 1 unchanged
`;

test('shows the action for each object in the words of Terraform and kubectl, and the reason', () => {
  expect(planText(plan)).toBe(PRINTED);
});

test('prints colours where FORCE_COLOR asks for them', () => {
  vi.stubEnv('FORCE_COLOR', '1');
  expect(planText(plan)).toContain('\u001b[32m+ create   VirtualService shop/new\u001b[39m');
});

test('a plan without differences is one line', () => {
  expect(planText({ ...plan, warnings: [], objects: [planned('unchanged', 'same')] })).toBe(
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
      { action: 'update', overriddenManagers: ['kubectl-edit'] },
      { action: 'conflict', conflicts: [{ manager: 'argo-rollouts' }] },
      { action: 'unchanged' },
      { action: 'delete' },
    ],
  });
});
