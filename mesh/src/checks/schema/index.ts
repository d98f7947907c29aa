import type { Check } from '../check.ts';
import { objectViolations } from './object.ts';
import { checksOf } from './violation.ts';

/** What an API server with Istio's CustomResourceDefinitions refuses about one object. */
export const schemaChecks: readonly Check[] = checksOf(
  {
    MESH001: { title: 'every field is one that the kind has' },
    MESH002: { title: 'every field has its type' },
    MESH003: { title: 'what must be there is there' },
    MESH004: { title: 'a word is one of those that its field knows' },
    MESH005: { title: 'values keep to their bounds and forms' },
    MESH006: { title: 'the rules of the kind hold' },
    MESH007: { title: 'of fields that exclude each other there is one' },
    MESH008: { title: 'the kind exists in a version that is served' },
    MESH009: { title: 'what identifies an item of a list is there once' },
  },
  objectViolations,
);
