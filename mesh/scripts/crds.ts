import { readFile } from 'node:fs/promises';
import { loadAll } from 'js-yaml';

/** A structural schema of OpenAPI 3 as CustomResourceDefinitions write it. */
export interface CrdSchema {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, CrdSchema>>;
  readonly items?: CrdSchema;
  readonly additionalProperties?: CrdSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly not?: CrdSchema;
  readonly anyOf?: readonly CrdSchema[];
  readonly oneOf?: readonly CrdSchema[];
  readonly allOf?: readonly CrdSchema[];
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

export interface CelRule {
  readonly rule: string;
  readonly message?: string;
}

export interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly schema: { readonly openAPIV3Schema: CrdSchema };
    }[];
  };
}

/** Istio's CustomResourceDefinitions, in the order of the vendored file. */
export async function readCrds(): Promise<readonly Crd[]> {
  const text = await readFile(new URL('../crds/crds.yaml', import.meta.url), 'utf8');
  return (loadAll(text) as (Crd | null)[]).filter((crd) => crd !== null);
}

/** The version to write: v1 where there is one, else the one that is stored. */
export function preferredVersion({ spec }: Crd) {
  const served = spec.versions.filter((version) => version.served);
  const version = served.find(({ name }) => name === 'v1') ?? served.find(({ storage }) => storage);
  if (!version) throw new Error(`${spec.names.kind}.${spec.group} has no version that is served`);
  return version;
}
