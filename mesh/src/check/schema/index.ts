import type { Check } from '../check.ts';
import { objectViolations } from './object.ts';
import { checksOf } from './violation.ts';

/** The errors of an API server with Istio's CustomResourceDefinitions for a single object. */
export const schemaChecks: readonly Check[] = checksOf(
  {
    MESH001: { title: 'every field is one that the kind has' },
    MESH002: { title: 'every field has its type' },
    MESH003: { title: 'what must be there is there' },
    MESH004: { title: 'a word is one of those that its field knows' },
    MESH005: { title: 'values are within their bounds and match their formats' },
    MESH006: { title: 'the CEL rules of the CRD pass' },
    MESH007: { title: 'at most one of the fields that exclude each other is set' },
    MESH008: { title: 'the kind exists in a version that is served' },
    MESH009: { title: 'what identifies an item of a list is there once' },
  },
  objectViolations,
);
