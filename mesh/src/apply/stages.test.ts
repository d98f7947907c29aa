import { nameOf } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { smallTopology } from '../../test/support/small-topology.ts';
import type { MeshObject } from '../object.ts';
import type { Action, PlannedObject } from './plan.ts';
import { pruneStagesOf, type Stage, stagesOf, withOldSubsets } from './stages.ts';

const topology = (weights: Readonly<Record<string, number>>) =>
  smallTopology({ namespace: 'small', image: 'node', weights, callers: false }).objects;
const planned = (objects: readonly MeshObject[], action: Action, live?: MeshObject): PlannedObject[] =>
  objects.map((object) => ({
    action,
    object,
    changes: [],
    overriddenManagers: [],
    conflicts: [],
    ...(live ? { live: live as never } : {}),
  }));
const names = (stages: readonly Stage[]) => stages.map(({ objects }) => objects.map(nameOf));
const rule = (subsets: readonly string[]): MeshObject => ({
  kind: 'DestinationRule',
  metadata: { name: 'back', namespace: 'small' },
  spec: { host: 'back', subsets: subsets.map((name) => ({ name })) },
});

test('creates a new topology in an order in which every reference resolves', () => {
  const stages = stagesOf(planned(topology({ v1: 100 }), 'create'), new Set());
  expect(names(stages)).toEqual([
    ['Namespace small', 'ServiceAccount small/back', 'ServiceAccount small/caller', 'ServiceAccount small/outside'],
    ['Service small/back'],
    ['DestinationRule small/back', 'AuthorizationPolicy small/back', 'Sidecar small/caller', 'Gateway small/edge'],
    ['PeerAuthentication small/default', 'AuthorizationPolicy small/deny-all', 'Sidecar small/default'],
    ['VirtualService small/back', 'VirtualService small/edge'],
    ['Deployment small/back-v1'],
  ]);
});

test('a route that gives requests to a version without a pod comes after the workloads', () => {
  const stages = stagesOf(planned(topology({ v1: 80, v2: 20 }), 'update'), new Set(['small/back/v1']));
  expect(names(stages).slice(-2)).toEqual([
    ['Deployment small/back-v1', 'Deployment small/back-v2'],
    ['VirtualService small/back', 'VirtualService small/edge'],
  ]);
});

test('it does so too where a run that was ended has applied the workload already', () => {
  const objects = planned(topology({ v1: 80, v2: 20 }), 'update').map(
    (one): PlannedObject => (one.object.kind === 'Deployment' ? { ...one, action: 'unchanged' } : one),
  );
  const stages = stagesOf(objects, new Set(['small/back/v1']));
  expect(stages.slice(-2).map(({ title, wait }) => [title, wait])).toEqual([
    ['workloads', 'workloads'],
    ['routes', 'proxies'],
  ]);
});

test('a route that gives a version without a pod no requests need not wait for it', () => {
  const stages = stagesOf(planned(topology({ v1: 100, v2: 0 }), 'update'), new Set(['small/back/v1']));
  expect(stages.map(({ title }) => title)).not.toContain('routes');
});

test('a subset stays until the routes have been changed', () => {
  const [v1, both] = [rule(['v1']), rule(['v1', 'v2'])];
  const route = topology({ v1: 100 }).filter(({ kind }) => kind === 'VirtualService');
  const stages = stagesOf([...planned([v1], 'update', both), ...planned(route, 'update')], new Set(['small/back/v1']));
  expect(stages.map(({ objects, wait }) => [objects[0]?.kind, wait])).toEqual([
    ['DestinationRule', 'proxies'],
    ['VirtualService', 'proxies'],
    ['DestinationRule', 'proxies'],
  ]);
  expect(stages[0]?.objects).toEqual([both]);
  expect(stages[2]?.objects).toEqual([v1]);
});

test('a rule that loses no subset is applied as it is', () => {
  const one = rule(['v1', 'v2']);
  expect(withOldSubsets(one, rule(['v1']))).toBe(one);
});

test('applies neither objects in conflict nor unchanged objects', () => {
  const objects = [...planned(topology({ v1: 100 }), 'unchanged'), ...planned([rule(['v1'])], 'conflict')].filter(
    ({ object }) => object.kind !== 'Deployment',
  );
  expect(stagesOf(objects, new Set())).toEqual([]);
});

test('deletion goes the other way: routes, then subsets, then pods, then policies and names', () => {
  const stages = pruneStagesOf(planned(topology({ v1: 100 }).slice(1), 'delete'));
  expect(stages.map(({ objects }) => objects[0]?.kind)).toEqual([
    'VirtualService',
    'DestinationRule',
    'Gateway',
    'Deployment',
    'Service',
    'Sidecar',
    'PeerAuthentication',
    'AuthorizationPolicy',
    'ServiceAccount',
  ]);
  expect(stages.map(({ wait }) => wait).filter(Boolean)).toEqual(['proxies']);
});
