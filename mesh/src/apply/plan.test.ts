import { expect, test } from 'vitest';
import { owned, ownedSelector } from '../object.ts';
import { fieldChanges, foreignTopology, isKubectl, isPrunable, policiesIn } from './plan.ts';

const route = (weights: readonly number[]) => ({
  metadata: { name: 'web', resourceVersion: String(weights[0]), generation: weights[0], labels: { app: 'web' } },
  spec: { hosts: ['web'], http: [{ name: 'web', route: weights.map((weight) => ({ weight })) }] },
  status: { seen: weights[0] },
});

test('objects that differ in what the API server keeps for itself are alike', () => {
  expect(fieldChanges(route([80, 20]), { ...route([80, 20]), status: {}, metadata: { name: 'web', labels: { app: 'web' } } })).toEqual([]);
});

test('names a change by the path of its field, and elements of a list by their names', () => {
  expect(fieldChanges(route([80, 20]), route([50, 50]))).toEqual([
    { path: 'spec.http[web].route[0].weight', before: 80, after: 50 },
    { path: 'spec.http[web].route[1].weight', before: 20, after: 50 },
  ]);
});

test('shows a list of strings as a whole', () => {
  expect(fieldChanges({ spec: { hosts: ['a', 'b'] } }, { spec: { hosts: ['a'] } })).toEqual([
    { path: 'spec.hosts', before: ['a', 'b'], after: ['a'] },
  ]);
});

test('shows added and removed fields with nothing on the other side', () => {
  expect(fieldChanges({ spec: { a: 1 } }, { spec: { b: 2 } })).toEqual([
    { path: 'spec.a', before: 1, after: undefined },
    { path: 'spec.b', before: undefined, after: 2 },
  ]);
});

test('names elements with the same name by their index', () => {
  const named = (...values: number[]) => ({ list: values.map((value) => ({ name: 'same', value })) });
  expect(fieldChanges(named(1, 2), named(1, 3))).toEqual([{ path: 'list', before: named(1, 2).list, after: named(1, 3).list }]);
});

test('a name with dots stands in brackets', () => {
  const labelled = (value: string) => ({ metadata: { labels: { 'mesh.platform/topology': value } } });
  expect(fieldChanges(labelled('a'), labelled('b'))).toEqual([
    { path: 'metadata.labels[mesh.platform/topology]', before: 'a', after: 'b' },
  ]);
});

const header = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'web', namespace: 'platform' } };

test('adds the labels of the topology to those of the object', () => {
  const labelled = owned({ ...header, metadata: { ...header.metadata, labels: { app: 'web' } } }, 'documents');
  expect(labelled.metadata?.labels).toEqual({ app: 'web', 'app.kubernetes.io/managed-by': 'mesh', 'mesh.platform/topology': 'documents' });
  expect(ownedSelector('documents')).toBe('app.kubernetes.io/managed-by=mesh,mesh.platform/topology=documents');
});

test('distinguishes an object of another topology from one of this topology and of none', () => {
  expect(foreignTopology(owned(header, 'other'), 'documents')).toBe('other');
  expect(foreignTopology(owned(header, 'documents'), 'documents')).toBeUndefined();
  expect(foreignTopology(header, 'documents')).toBeUndefined();
});

test.each([
  ['kubectl-edit', true],
  ['kubectl', true],
  ['kubectl-client-side-apply', true],
  ['argo-rollouts', false],
  ['helm', false],
])('the manager %s is kubectl: %s', (manager, kubectl) => {
  expect(isKubectl(manager)).toBe(kubectl);
});

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'platform' } };

test('the policies of a topology are what Istio reads of it', () => {
  const policies = policiesIn({ topology: 'documents', namespace: 'platform', objects: [header, service] });
  expect(policies).toEqual({ topology: 'documents', namespace: 'platform', objects: [header], policiesOnly: true });
});

test('prunes no workload when applying only policies, and never what skaffold deployed', () => {
  expect(isPrunable(header, { policiesOnly: true })).toBe(true);
  expect(isPrunable(service, { policiesOnly: true })).toBe(false);
  expect(isPrunable(service, {})).toBe(true);
  const deployed = { ...service, metadata: { ...service.metadata, labels: { 'skaffold.dev/run-id': 'b7a1' } } };
  expect(isPrunable(deployed, {})).toBe(false);
});
