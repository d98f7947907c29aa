import { expect, test } from 'vitest';
import { owned, ownedSelector } from '../render/ownership.ts';
import { foreignTopology, isPerson, isPrunable, policiesIn } from './owned.ts';

const header = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'web', namespace: 'platform' } };

test('an object gets the labels of its topology beside its own', () => {
  const labelled = owned({ ...header, metadata: { ...header.metadata, labels: { app: 'web' } } }, 'documents');
  expect(labelled.metadata?.labels).toEqual({ app: 'web', 'app.kubernetes.io/managed-by': 'mesh', 'mesh.platform/topology': 'documents' });
  expect(ownedSelector('documents')).toBe('app.kubernetes.io/managed-by=mesh,mesh.platform/topology=documents');
});

test('an object of another topology is told from one of this and from nobody’s', () => {
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
])('the manager %s is a person: %s', (manager, person) => {
  expect(isPerson(manager)).toBe(person);
});

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'platform' } };

test('the policies of a topology are what Istio reads of it', () => {
  const policies = policiesIn({ topology: 'documents', namespace: 'platform', objects: [header, service] });
  expect(policies).toEqual({ topology: 'documents', namespace: 'platform', objects: [header], policiesOnly: true });
});

test('whoever applies the policies alone prunes no workload, and nobody prunes what skaffold has deployed', () => {
  expect(isPrunable(header, { policiesOnly: true })).toBe(true);
  expect(isPrunable(service, { policiesOnly: true })).toBe(false);
  expect(isPrunable(service, {})).toBe(true);
  const deployed = { ...service, metadata: { ...service.metadata, labels: { 'skaffold.dev/run-id': 'b7a1' } } };
  expect(isPrunable(deployed, {})).toBe(false);
});
