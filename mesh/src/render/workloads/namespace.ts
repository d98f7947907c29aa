import type { MeshObject } from '../../object.ts';
import type { Mesh } from '../../topology/mesh.ts';
import { kubernetesObject } from './object.ts';

/** Its pods get sidecars, and none that is not hardened gets in. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const namespaceOf = ({ namespace }: Mesh): MeshObject =>
  kubernetesObject(
    'v1',
    'Namespace',
    {
      name: namespace,
      labels: {
        'istio-injection': 'enabled',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    },
    {},
  );
