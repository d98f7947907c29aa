import { expect, it } from 'vitest';
import { readCrds, specOf } from '../../../scripts/crds.ts';
import { hintedRules } from './cel-hints.ts';
import type { CrdSchema } from './crd-schema.ts';

function messages({ properties = {}, items, additionalProperties, ...schema }: CrdSchema): readonly string[] {
  const inner = [...Object.values(properties), ...(items ? [items] : []), ...(additionalProperties ? [additionalProperties] : [])];
  return [...(schema['x-kubernetes-validations'] ?? []).map(({ rule, message = rule }) => message), ...inner.flatMap(messages)];
}

it('has a hint for each CEL rule of the CRDs, and for no other', async () => {
  const rules = (await readCrds()).flatMap((crd) => messages(specOf(crd)));
  expect(rules.length).toBeGreaterThan(100);
  expect([...new Set(rules)].sort()).toEqual([...hintedRules].sort());
});
