/** The namespace of Istio's control plane. */
export const ISTIO_NAMESPACE = 'istio-system';

/** Istio's control plane: a Deployment, and the label `app` of its pods. */
export const ISTIOD = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'istiod', namespace: ISTIO_NAMESPACE } } as const;

/** The container that Istio injects into each pod of the mesh. */
export const PROXY = 'istio-proxy';

/**
 * The gateway of an installation of ours, as `infra/istio` names it; a test compares. It has a namespace of its own, since its account may
 * read the Secrets of its namespace, and istiod keeps the key of the mesh's certificates in a Secret of `istio-system`.
 * https://istio.io/latest/docs/setup/additional-setup/gateway/
 */
export const GATEWAY = {
  namespace: 'istio-ingress',
  /** Of its Deployment and its Service; its pods have it as label `app`. */
  name: 'istio-ingressgateway',
  serviceAccount: 'istio-ingressgateway-service-account',
  labels: { istio: 'ingressgateway' },
  ports: {
    /** Of its Service, and of its pods. */
    service: 80,
    pod: 8080,
    /** Of the node, on the embedded target and in kind; there the default instance has it on this machine's loopback too. */
    node: 30080,
  },
} as const;
