import { readFileSync } from 'node:fs';
import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { type CrdSchema, schemaViolations } from '@mesh-platform/mesh';

/** Where the CustomResourceDefinitions of controllers that nothing here installs are published: a Go module and a file in it. */
export const CRDS = [
  { module: 'github.com/argoproj/argo-cd/v3@v3.6.1', file: 'manifests/crds/application-crd.yaml' },
  { module: 'github.com/fluxcd/kustomize-controller@v1.10.1', file: 'config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml' },
  { module: 'github.com/fluxcd/source-controller@v1.10.1', file: 'config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml' },
  {
    module: 'github.com/kyverno/kyverno@v1.19.1',
    file: 'config/crds/policies.kyverno.io/policies.kyverno.io_imagevalidatingpolicies.yaml',
  },
  // The newest release that is a Go module; the installed chart serves the same versions of these kinds.
  { module: 'github.com/external-secrets/external-secrets@v1.3.2', file: 'config/crds/bases/external-secrets.io_externalsecrets.yaml' },
  { module: 'github.com/external-secrets/external-secrets@v1.3.2', file: 'config/crds/bases/external-secrets.io_secretstores.yaml' },
  {
    module: 'github.com/external-secrets/external-secrets@v1.3.2',
    file: 'config/crds/bases/generators.external-secrets.io_passwords.yaml',
  },
  { module: 'github.com/cert-manager/cert-manager@v1.21.2', file: 'deploy/crds/cert-manager.io_certificates.yaml' },
  { module: 'github.com/cert-manager/cert-manager@v1.21.2', file: 'deploy/crds/cert-manager.io_issuers.yaml' },
  {
    module: 'github.com/aws/amazon-vpc-resource-controller-k8s@v1.8.2',
    file: 'config/crd/bases/vpcresources.k8s.aws_securitygrouppolicies.yaml',
  },
] as const;

/** What generated/crds.json has of a kind: a version that is served, and its schema without descriptions and status. */
export interface ServedKind {
  readonly module: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: CrdSchema;
}

/** Written by scripts/crds.ts. */
export const servedKinds = (): readonly ServedKind[] => JSON.parse(readFileSync(new URL('generated/crds.json', import.meta.url), 'utf8'));

/** What the CRD of an object's kind does not admit: `spec.interval: it is missing`. Throws for a kind without one. */
export function crdViolations(object: KubernetesObject): readonly string[] {
  const { apiVersion, kind } = object;
  const known = servedKinds().find((one) => one.apiVersion === apiVersion && one.kind === kind);
  if (!known) throw new Error(`no CRD of packages/infra/src/crds serves ${apiVersion} ${kind}`);
  return schemaViolations(known.schema, { ...object, metadata: {} }, '').map(({ path, message }) => `${path}: ${message}`);
}
