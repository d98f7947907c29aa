/** The namespace of Istio's control plane. */
export const ISTIO_NAMESPACE = 'istio-system';

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
} as const;
