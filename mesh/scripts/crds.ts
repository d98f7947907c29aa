import { readFile } from 'node:fs/promises';
import { loadAll } from 'js-yaml';
import type { CrdSchema } from '../src/check/schema/crd-schema.ts';

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

/** The schema of what people write. */
export function specOf(crd: Crd): CrdSchema {
  const { spec } = preferredVersion(crd).schema.openAPIV3Schema.properties ?? {};
  if (!spec) throw new Error(`${crd.spec.names.kind} has no spec`);
  return spec;
}
