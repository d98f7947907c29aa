import { readFileSync } from 'node:fs';
import type { MeshObject } from '../../object.ts';
import type { KindSchema } from './crd-schema.ts';
import { metadataSchema } from './metadata.ts';
import { type SchemaCode, schemaViolations } from './structural.ts';
import { oncePerObject, type Violation } from './violation.ts';

let schemas: ReadonlyMap<string, KindSchema> | undefined;

/** Read at the first object of a kind of Istio's. */
function kindSchemas(): ReadonlyMap<string, KindSchema> {
  const text = () => readFileSync(new URL('../../generated/schemas.json', import.meta.url), 'utf8');
  schemas ??= new Map(Object.entries(JSON.parse(text()) as Readonly<Record<string, KindSchema>>));
  return schemas;
}

const GROUPS = ['extensions.istio.io', 'networking.istio.io', 'security.istio.io', 'telemetry.istio.io'];
const FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

const groupOf = (object: MeshObject): string => (object.apiVersion ?? '').split('/', 1)[0] ?? '';

/** Whether the object's API group is one of Istio's: whether `objectViolations` knows a schema for it, or rejects it. */
export const isOfIstioGroup = (object: MeshObject): boolean => GROUPS.includes(groupOf(object));

/** The `apiVersion` of a kind of Istio's, its stable one where there is one; undefined for other kinds. */
export function apiVersionOfKind(kind: string): string | undefined {
  const schema = kindSchemas().get(kind);
  return schema && `${schema.group}/${schema.versions.includes('v1') ? 'v1' : schema.versions[0]}`;
}

/** The errors of the API server for an object of an Istio CustomResourceDefinition; none for other kinds. */
export const objectViolations = oncePerObject((object: MeshObject): readonly Violation<SchemaCode>[] => {
  if (!isOfIstioGroup(object)) return [];
  const group = groupOf(object);
  const version = object.apiVersion?.split('/')[1] ?? '';
  const schema = kindSchemas().get(object.kind ?? '');
  if (schema?.group !== group) return [unserved('kind', `${group} has no kind ${object.kind}`, group)];
  if (!schema.versions.includes(version)) {
    return [
      unserved('apiVersion', `${object.kind} has no version ${version}`, schema.versions.map((known) => `${group}/${known}`).join(', ')),
    ];
  }
  return [
    ...unknownFields(object),
    ...schemaViolations(metadataSchema(object), object.metadata ?? {}, 'metadata'),
    ...specViolations(object, schema),
  ];
});

function specViolations(object: MeshObject, schema: KindSchema): readonly Violation<SchemaCode>[] {
  if (object.spec !== undefined && object.spec !== null) return schemaViolations(schema.spec, object.spec, 'spec');
  return schema.required ? [{ code: 'MESH003', path: 'spec', message: 'it is missing', hint: 'write spec' }] : [];
}

const unknownFields = (object: MeshObject): readonly Violation<SchemaCode>[] =>
  Object.keys(object)
    .filter((name) => !FIELDS.includes(name))
    .map((path) => ({ code: 'MESH001', path, message: 'there is no such field', hint: `move it into spec, or remove it` }));

function unserved(path: string, message: string, known: string): Violation<SchemaCode> {
  const kinds = [...kindSchemas()].filter(([, { group }]) => group === known).map(([kind]) => kind);
  return { code: 'MESH008', path, message, hint: `write one of ${kinds.length > 0 ? kinds.join(', ') : known}` };
}
