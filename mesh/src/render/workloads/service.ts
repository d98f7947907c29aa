import type { MeshObject } from '../../object.ts';
import type { Mesh, Service } from '../../topology/mesh.ts';
import { appOf, kubernetesObject } from './object.ts';

/** The name by which callers find a service. Istio reads the protocol from the name of its port. */
export const serviceOf = ({ namespace }: Mesh, { name, port, portName }: Service): MeshObject =>
  kubernetesObject(
    'v1',
    'Service',
    { name, namespace, labels: appOf(name) },
    {
      spec: { selector: appOf(name), ports: [{ name: portName, port, targetPort: portName }] },
    },
  );

/** The identity of a service: its certificate names it. No pod gets a token of the API server. */
export const serviceAccountOf = ({ namespace }: Mesh, { name }: Service): MeshObject =>
  kubernetesObject('v1', 'ServiceAccount', { name, namespace, labels: appOf(name) }, { automountServiceAccountToken: false });
