import { isDeepStrictEqual } from 'node:util';
import type { CrdSchema, KindSchema } from '../src/check/schema/crd-schema.ts';
import { type Crd, specOf } from './crds.ts';

/** The parts of the CRDs that the checks use, as JSON with a line for each kind: a tenth of the YAML, and read in a few milliseconds. */
export function kindSchemas(crds: readonly Crd[]): string {
  const lines = crds.map((crd) => `${JSON.stringify(crd.spec.names.kind)}: ${JSON.stringify(kindSchema(crd))}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function kindSchema(crd: Crd): KindSchema {
  const { group, names, versions } = crd.spec;
  const served = versions.filter((version) => version.served);
  const [schema, ...others] = served.map((version) => withoutWords(version.schema.openAPIV3Schema.properties?.spec ?? {}));
  if (others.some((other) => !isDeepStrictEqual(other, schema)))
    throw new Error(`the versions of ${names.kind} differ: check each by its own schema`);
  const required = served.some((version) => version.schema.openAPIV3Schema.required?.includes('spec'));
  return { group, versions: served.map(({ name }) => name), required, spec: withoutWords(specOf(crd)) };
}

/** Without descriptions: fields of that name stay. */
function withoutWords({ description: _, ...schema }: CrdSchema): CrdSchema {
  return {
    ...schema,
    ...(schema.items && { items: withoutWords(schema.items) }),
    ...(schema.additionalProperties && { additionalProperties: withoutWords(schema.additionalProperties) }),
    ...(schema.properties && {
      properties: Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, withoutWords(field)])),
    }),
  };
}
