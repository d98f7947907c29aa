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

interface Place {
  readonly namespace: string;
  /** The address of the Git repository. */
  readonly repository: string;
}

/** Pods of the platform run only images that the pipeline signed, and Istio's own. */
export const imagePolicies = (
  outputs: Pick<Outputs, 'repositories' | 'image_cache'>,
  { namespace, repository }: Place,
): readonly KubernetesObject[] => {
  const namespaces = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [namespace, ADMIN_NAMESPACE] }] };
  const ours = pushedImages(outputs);
  return [
    ...admittedImages([ours, `${outputs.image_cache ?? 'docker.io'}/istio/`], namespaces),
    signedImages(ours, signerOf(repository), namespaces),
  ];
};

const PODS = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods', 'pods/ephemeralcontainers'] }];

/** Of the pod as it is written: Kyverno's own variable `images` has only those that matchImageReferences select. */
const IMAGES = `(${['containers', '?initContainers.orValue([])', '?ephemeralContainers.orValue([])']
  .map((list) => `object.spec.${list}.map(container, container.image)`)
  .join(' + ')})`;

/** The API server refuses images of other registries by itself. */
function admittedImages(prefixes: readonly string[], namespaceSelector: object): readonly KubernetesObject[] {
  const name = 'admitted-images';
  const policy = {
    failurePolicy: 'Fail',
    matchConstraints: { resourceRules: PODS },
    validations: [
      {
        expression: `${IMAGES}.all(image, ${prefixes.map((prefix) => `image.startsWith('${prefix}')`).join(' || ')})`,
        message: `only images of ${prefixes.join(' and of ')} are admitted`,
      },
    ],
  };
  const binding = { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector } };
  return [
    { kind: 'ValidatingAdmissionPolicy', spec: policy },
    { kind: 'ValidatingAdmissionPolicyBinding', spec: binding },
  ].map(({ kind, spec }) => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, spec }) as KubernetesObject);
}

/** Kyverno verifies the signatures of the pipeline's images. https://kyverno.io/docs/policy-types/image-validating-policy/ */
const signedImages = (ours: string, subject: string, namespaceSelector: object): KubernetesObject =>
  ({
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'ImageValidatingPolicy',
    metadata: { name: 'signed-images' },
    spec: {
      failurePolicy: 'Fail',
      validationActions: ['Deny'],
      webhookConfiguration: { timeoutSeconds: 30 },
      evaluation: { background: { enabled: false } },
      matchConstraints: { namespaceSelector, resourceRules: PODS },
      matchImageReferences: [{ glob: `${ours}*` }],
      // Every image is rendered with its digest, so none is changed.
      validationConfigurations: { mutateDigest: false, verifyDigest: true, required: true },
      credentials: { providers: ['amazon'] },
      attestors: [
        {
          name: 'pipeline',
          cosign: { keyless: { identities: [{ issuer: ISSUER, subject }] }, ctlog: { url: 'https://rekor.sigstore.dev' } },
        },
      ],
      validations: [
        {
          expression: `${IMAGES}.filter(image, image.startsWith('${ours}')).all(image, verifyImageSignatures(image, [attestors.pipeline]) > 0)`,
          message: `an image has no signature of ${subject}`,
        },
      ],
    },
  }) as KubernetesObject;
