import { isFields } from '../../object.ts';
import type { CrdSchema } from './crd-schema.ts';
import type { Problem } from './violation.ts';

const NONE: readonly Problem[] = [];

/** The violated `oneOf`, `anyOf`, `allOf` and `not` of a schema. Istio's CRDs use them for fields that exclude each other. */
export function brokenChoices(schema: CrdSchema, value: unknown): readonly Problem[] {
  if (!schema.oneOf && !schema.anyOf && !schema.allOf && !schema.not) return NONE;
  const inner = (schema.allOf ?? []).flatMap((part) => brokenChoices(part, value));
  if (satisfiesAlternatives(schema, value)) return inner;
  const names = [...new Set(namesOf(schema))];
  const given = names.filter((name) => isFields(value) && Object.hasOwn(value, name));
  const choice = names.join(', ');
  if (given.length > 1) return [...inner, { message: `${given.join(' and ')} exclude each other`, hint: `keep one of ${choice}` }];
  return [
    ...inner,
    { message: 'it is none of the forms that it may have', hint: choice ? `write one of ${choice}` : 'see the reference of the field' },
  ];
}

function satisfiesAlternatives({ oneOf, anyOf, not }: CrdSchema, value: unknown): boolean {
  if (not && satisfies(not, value)) return false;
  if (anyOf && !anyOf.some((alternative) => satisfies(alternative, value))) return false;
  return !oneOf || oneOf.filter((alternative) => satisfies(alternative, value)).length === 1;
}

/** An alternative of a structural schema adds no fields of its own: it looks at which are there. */
function satisfies(schema: CrdSchema, value: unknown): boolean {
  if (schema.required && !(isFields(value) && schema.required.every((name) => Object.hasOwn(value, name)))) return false;
  return satisfiesAlternatives(schema, value);
}

const namesOf = ({ required, oneOf, anyOf, not }: CrdSchema): readonly string[] => [
  ...(required ?? []),
  ...[...(oneOf ?? []), ...(anyOf ?? []), ...(not ? [not] : [])].flatMap(namesOf),
];
