import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { downloadedGoModule } from '@mesh-platform/targets';
import { load } from 'js-yaml';
import { CRDS, type ServedKind } from '../src/crds/crds.ts';

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}
type Schema = { readonly properties?: Readonly<Record<string, unknown>> };

/** Without descriptions, of which nine tenths of a CRD consist; a field of that name is an object, and stays. */
const compact = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema, (name, value) => (name === 'description' && typeof value === 'string' ? undefined : value)));

const kinds: ServedKind[] = [];
for (const { module, file } of CRDS) {
  const { spec } = load(await readFile(join(await downloadedGoModule(module, silent), file), 'utf8')) as Crd;
  for (const { name, served, schema } of spec.versions) {
    const { status: _, ...properties } = schema.openAPIV3Schema.properties ?? {};
    const kept = compact({ ...schema.openAPIV3Schema, properties }) as ServedKind['schema'];
    if (served) kinds.push({ module, apiVersion: `${spec.group}/${name}`, kind: spec.names.kind, schema: kept });
  }
}
await writeFile(
  new URL('../src/crds/generated/crds.json', import.meta.url),
  `[\n${kinds.map((kind) => JSON.stringify(kind)).join(',\n')}\n]\n`,
);
