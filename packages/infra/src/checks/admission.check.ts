import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { member, type TerraformModule } from '../hcl/terraform-module.ts';
import { resourcesOf } from './aws/resources.ts';

export const ADMISSION = {
  code: 'AWS208',
  title: 'images that the pipeline signs are verified at admission, and others are refused',
  hint: 'install Kyverno in modules/cluster, and render the policies of packages/infra/src/eks/signed-images.ts',
} as const;

/** The fields that the rule reads, of the policy and of workloads. */
export interface Admitted extends KubernetesObject {
  readonly spec?: {
    readonly failurePolicy?: string;
    readonly validationActions?: readonly string[];
    readonly policyName?: string;
    readonly matchConstraints?: Selected;
    readonly matchResources?: Selected;
    readonly validations?: readonly { readonly expression: string }[];
    readonly matchImageReferences?: readonly { readonly glob?: string }[];
    readonly attestors?: readonly {
      readonly cosign?: { readonly keyless?: { readonly identities?: readonly { readonly subject?: string }[] } };
    }[];
    readonly template?: { readonly spec?: { readonly containers: readonly { readonly image: string }[] } };
  };
}

interface Selected {
  readonly namespaceSelector?: { readonly matchExpressions?: readonly { readonly values?: readonly string[] }[] };
}

interface Signing {
  /** `images.yaml`, and its text. */
  readonly workflow: { readonly file: string; readonly text: string };
  /** Everything that is applied in an environment. */
  readonly objects: readonly Admitted[];
  /** infra/terraform/modules/cluster. */
  readonly cluster: TerraformModule;
}

/** What lets an unsigned image run although the workflow signs; empty where nothing does, or where it does not sign. */
export function unverified({ workflow, objects, cluster }: Signing): readonly string[] {
  if (!/\bcosign"? sign\b/.test(workflow.text)) return [];
  const policies = objects.filter(({ kind }) => kind === 'ImageValidatingPolicy');
  const installed = resourcesOf(cluster, 'helm_release').some(({ values }) => member(values, 'chart') === 'kyverno');
  return [
    ...(installed ? [] : ['no chart of Kyverno is installed']),
    ...(policies.length > 0 ? [] : ['no ImageValidatingPolicy verifies the images']),
    ...policies.flatMap((policy) => weaknesses(policy, workflow.file, objects)),
    ...foreignImages(objects),
  ];
}

function weaknesses({ spec = {} }: Admitted, file: string, objects: readonly Admitted[]): readonly string[] {
  const subjects = (spec.attestors ?? []).flatMap(({ cosign }) => cosign?.keyless?.identities ?? []).map(({ subject = '' }) => subject);
  const starts = (spec.matchImageReferences ?? []).map(({ glob = '' }) => glob.replace(/\*+$/, ''));
  const workloads = workloadsIn(objects);
  const namespaces = namespacesOf(spec.matchConstraints);
  return [
    ...(spec.failurePolicy === 'Fail' ? [] : ['without Kyverno every image is admitted: failurePolicy is not Fail']),
    ...(spec.validationActions?.includes('Deny') ? [] : ['an image without a signature is only reported: validationActions have no Deny']),
    ...(subjects.length > 0 && subjects.every((subject) => subject.endsWith(`/.github/workflows/${file}@refs/heads/main`))
      ? []
      : [`the signature may be another's than that of ${file} on main: ${subjects.join(', ') || 'no subject'}`]),
    ...(spec.validations ?? [])
      .filter(({ expression }) => /\bimages\./.test(expression))
      .map(() => 'a validation reads images, which has only those of matchImageReferences: read object.spec'),
    ...outside(namespaces, workloads).map((namespace) => `pods of ${namespace} are not verified`),
    ...workloads
      .flatMap((object) => object.spec?.template?.spec?.containers ?? [])
      .filter(({ image }) => !starts.some((start) => image.startsWith(start)))
      .map(({ image }) => `${image} is not verified`),
  ];
}

/** What lets an image of another registry run, which no signature is asked for. */
function foreignImages(objects: readonly Admitted[]): readonly string[] {
  const bindings = objects.filter(
    ({ kind, spec }) =>
      kind === 'ValidatingAdmissionPolicyBinding' &&
      spec?.validationActions?.includes('Deny') &&
      objects.some(
        (one) => one.kind === 'ValidatingAdmissionPolicy' && one.metadata?.name === spec.policyName && one.spec?.failurePolicy === 'Fail',
      ),
  );
  if (bindings.length === 0) return ['no ValidatingAdmissionPolicy refuses images of other registries'];
  const namespaces = bindings.flatMap(({ spec }) => namespacesOf(spec?.matchResources));
  return outside(namespaces, workloadsIn(objects)).map((namespace) => `pods of ${namespace} may run images of other registries`);
}

const workloadsIn = (objects: readonly Admitted[]): readonly Admitted[] => objects.filter((object) => object.spec?.template?.spec);

const namespacesOf = (selected: Selected | undefined): readonly string[] =>
  (selected?.namespaceSelector?.matchExpressions ?? []).flatMap(({ values = [] }) => values);

const outside = (namespaces: readonly string[], workloads: readonly Admitted[]): readonly string[] =>
  [...new Set(workloads.map(({ metadata }) => metadata?.namespace ?? ''))].filter((namespace) => !namespaces.includes(namespace));
