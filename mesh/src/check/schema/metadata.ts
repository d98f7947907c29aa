import type { MeshObject } from '../../object.ts';
import type { CrdSchema } from './crd-schema.ts';

const text: CrdSchema = { type: 'string' };
const texts: CrdSchema = { type: 'object', additionalProperties: text };
const anything: CrdSchema = { 'x-kubernetes-preserve-unknown-fields': true };

/** The rules of the API server for a name. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const subdomain: CrdSchema = {
  type: 'string',
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
};

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const labelValue: CrdSchema = { type: 'string', maxLength: 63, pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$' };

/** The metadata of any object: what people write, and what a server adds, such as the name where it generates one. */
export const metadataSchema = ({ metadata }: MeshObject): CrdSchema => (metadata?.generateName ? unnamed : named);

const unnamed: CrdSchema = {
  type: 'object',
  properties: {
    name: subdomain,
    namespace: { type: 'string', maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
    labels: { type: 'object', additionalProperties: labelValue },
    annotations: texts,
    ...Object.fromEntries(
      [
        'creationTimestamp',
        'deletionGracePeriodSeconds',
        'deletionTimestamp',
        'finalizers',
        'generateName',
        'generation',
        'managedFields',
        'ownerReferences',
        'resourceVersion',
        'selfLink',
        'uid',
      ].map((name) => [name, anything]),
    ),
  },
};

const named: CrdSchema = { ...unnamed, required: ['name'] };
