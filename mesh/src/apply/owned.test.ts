import { expect, test } from 'vitest';
import { owned, ownedSelector } from '../object.ts';
import { foreignTopology, isKubectl, isPrunable, policiesIn } from './owned.ts';

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
