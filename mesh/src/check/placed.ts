import { type MeshObject, originOf, setOrigin } from '../object.ts';

/** Kinds that are in no namespace, of those that people write next to Istio's. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
  'PriorityClass',
  'IngressClass',
  'GatewayClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterIssuer',
  'CustomResourceDefinition',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
]);

/** Objects as `kubectl apply --namespace` creates them: those that name no namespace are in the given one. */
export const placedIn = (objects: readonly MeshObject[], namespace: string): readonly MeshObject[] =>
  objects.map((object) => {
    if (object.metadata?.namespace || CLUSTER_KINDS.has(object.kind ?? '')) return object;
    const placed: MeshObject = { ...object, metadata: { ...object.metadata, namespace } };
    const origin = originOf(object);
    if (origin) setOrigin(placed, origin);
    return placed;
  });
