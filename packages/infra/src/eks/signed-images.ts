import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { ADMIN_NAMESPACE } from './database-role.ts';
import type { Outputs } from './outputs.ts';

const ISSUER = 'https://token.actions.githubusercontent.com';

/** The certificate's subject where .github/workflows/images.yaml signs on `main`. `repository`: its address. */
export const signerOf = (repository: string): string => `${repository}/.github/workflows/images.yaml@refs/heads/main`;

/** The start of the name of each image that the pipeline pushes for an environment. */
export const pushedImages = ({ repositories }: Pick<Outputs, 'repositories'>): string => {
  const [first = ''] = Object.values(repositories);
  return first.slice(0, first.lastIndexOf('/') + 1);
};

/**
 * Kyverno admits pods of the platform only with images that the pipeline signed, and with Istio's own.
 * https://kyverno.io/docs/policy-types/image-validating-policy/
 */
export function signedImages(
  outputs: Pick<Outputs, 'repositories' | 'image_cache'>,
  { namespace, repository }: { readonly namespace: string; readonly repository: string },
): KubernetesObject {
  const ours = pushedImages(outputs);
  const istio = `${outputs.image_cache ?? 'docker.io'}/istio/`;
  const images = '(images.containers + images.initContainers + images.ephemeralContainers)';
  return {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'ImageValidatingPolicy',
    metadata: { name: 'signed-images' },
    spec: {
      failurePolicy: 'Fail',
      validationActions: ['Deny'],
      webhookConfiguration: { timeoutSeconds: 30 },
      evaluation: { background: { enabled: false } },
      matchConstraints: {
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [namespace, ADMIN_NAMESPACE] }],
        },
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods', 'pods/ephemeralcontainers'] },
        ],
      },
      matchImageReferences: [{ glob: `${ours}*` }],
      // Every image is rendered with its digest, so none is changed.
      validationConfigurations: { mutateDigest: false, verifyDigest: true, required: true },
      credentials: { providers: ['amazon'] },
      attestors: [
        {
          name: 'pipeline',
          cosign: {
            keyless: { identities: [{ issuer: ISSUER, subject: signerOf(repository) }] },
            ctlog: { url: 'https://rekor.sigstore.dev' },
          },
        },
      ],
      validations: [
        {
          expression: `${images}.all(image, image.startsWith('${ours}') || image.startsWith('${istio}'))`,
          message: `only images of ${ours} and of ${istio} are admitted`,
        },
        {
          expression: `${images}.filter(image, image.startsWith('${ours}')).all(image, verifyImageSignatures(image, [attestors.pipeline]) > 0)`,
          message: `an image has no signature of ${signerOf(repository)}`,
        },
      ],
    },
  } as KubernetesObject;
}
