import type { LiveObject } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import type { MeshObject } from '../object.ts';
import { isApplied } from './applied.ts';

const declared = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 8080 }] },
};

/** As the API server stores the Service: with defaults, and what our field manager owns of it. */
const live = (change: { readonly spec?: object; readonly owned?: object; readonly entry?: object } = {}): LiveObject => {
  const object = {
    ...declared,
    metadata: {
      ...declared.metadata,
      uid: '1',
      managedFields: [
        { manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'v1', subresource: 'status', fieldsV1: { 'f:status': {} } },
        {
          ...{ manager: 'mesh', operation: 'Apply', apiVersion: 'v1' },
          fieldsV1: {
            'f:metadata': { 'f:labels': { 'f:app': {} } },
            'f:spec': {
              'f:selector': {},
              'f:ports': { 'k:{"port":8080,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} } },
              ...change.owned,
            },
          },
          ...change.entry,
        },
      ],
    },
    spec: {
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 8080, protocol: 'TCP', targetPort: 8080 }],
      type: 'ClusterIP',
      ...change.spec,
    },
  };
  return JSON.parse(JSON.stringify(object)) as LiveObject; // undefined leaves a field out
};

const withSpec = (spec: object): MeshObject => ({ ...declared, spec: { ...declared.spec, ...spec } });

test('is applied where we own what is declared, and it has the declared values among defaults', () => {
  expect(isApplied(declared, live())).toBe(true);
  expect(isApplied(withSpec({ sessionAffinity: undefined }), live())).toBe(true);
});

test.each<[string, MeshObject, LiveObject]>([
  ['has another value', declared, live({ spec: { ports: [{ name: 'web', port: 8080, protocol: 'TCP' }] } })],
  ['has another value in a map that is owned as a whole', declared, live({ spec: { selector: { app: 'web', version: 'v1' } } })],
  ['was changed by another manager, which owns the field now', declared, live({ owned: { 'f:selector': undefined } })],
  ['lost an element of a list', declared, live({ spec: { ports: [] } })],
  ['has a field that is no longer declared', declared, live({ owned: { 'f:type': {} } })],
  ['has no field that is declared now', withSpec({ type: 'ClusterIP' }), live()],
  ['has no element that is declared now', withSpec({ ports: [...declared.spec.ports, { name: 'grpc', port: 9090 }] }), live()],
  ['has an element that is no longer declared', withSpec({ ports: [] }), live()],
  ['was applied in another version of its API', declared, live({ entry: { apiVersion: 'v1beta1' } })],
  ['was written by us, but not applied', declared, live({ entry: { operation: 'Update' } })],
  ['was applied by another manager', declared, live({ entry: { manager: 'helm' } })],
  ['has a set of values', withSpec({ ports: ['a'] }), live({ owned: { 'f:ports': { 'v:"a"': {} } }, spec: { ports: ['a'] } })],
])('is not applied, or left to the API server, where it %s', (_, wanted, found) => {
  expect(isApplied(wanted, found)).toBe(false);
});

test('an object without managed fields is not applied', () => {
  expect(isApplied(declared, { ...declared, metadata: { name: 'web' } })).toBe(false);
});
