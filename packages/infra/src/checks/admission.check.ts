import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { member, type TerraformModule } from '../hcl/terraform-module.ts';
import { resourcesOf } from './aws/resources.ts';

export const ADMISSION = {
  code: 'AWS208',
  title: 'images that the pipeline signs are verified at admission',
  hint: 'install Kyverno in modules/cluster, and render the ImageValidatingPolicy (packages/infra/src/eks/signed-images.ts)',
} as const;

/** The fields that the rule reads, of the policy and of workloads. */
export interface Admitted extends KubernetesObject {
  readonly spec?: {
    readonly failurePolicy?: string;
    readonly validationActions?: readonly string[];
    readonly matchConstraints?: {
      readonly namespaceSelector?: { readonly matchExpressions?: readonly { readonly values?: readonly string[] }[] };
    };
    readonly matchImageReferences?: readonly { readonly glob?: string }[];
    readonly attestors?: readonly {
      readonly cosign?: { readonly keyless?: { readonly identities?: readonly { readonly subject?: string }[] } };
    }[];
    readonly template?: { readonly spec?: { readonly containers: readonly { readonly image: string }[] } };
  };
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
  ];
}

function weaknesses({ spec = {} }: Admitted, file: string, objects: readonly Admitted[]): readonly string[] {
  const subjects = (spec.attestors ?? []).flatMap(({ cosign }) => cosign?.keyless?.identities ?? []).map(({ subject = '' }) => subject);
  const namespaces = (spec.matchConstraints?.namespaceSelector?.matchExpressions ?? []).flatMap(({ values = [] }) => values);
  const starts = (spec.matchImageReferences ?? []).map(({ glob = '' }) => glob.replace(/\*+$/, ''));
  const workloads = objects.filter((object) => object.spec?.template?.spec);
  return [
    ...(spec.failurePolicy === 'Fail' ? [] : ['without Kyverno every image is admitted: failurePolicy is not Fail']),
    ...(spec.validationActions?.includes('Deny') ? [] : ['an image without a signature is only reported: validationActions have no Deny']),
    ...(subjects.length > 0 && subjects.every((subject) => subject.endsWith(`/.github/workflows/${file}@refs/heads/main`))
      ? []
      : [`the signature may be another's than that of ${file} on main: ${subjects.join(', ') || 'no subject'}`]),
    ...[...new Set(workloads.map(({ metadata }) => metadata?.namespace ?? ''))]
      .filter((namespace) => !namespaces.includes(namespace))
      .map((namespace) => `pods of ${namespace} are not verified`),
    ...workloads
      .flatMap((object) => object.spec?.template?.spec?.containers ?? [])
      .filter(({ image }) => !starts.some((start) => image.startsWith(start)))
      .map(({ image }) => `${image} is not verified`),
  ];
}
