import type { Check } from './check.ts';
import { rules } from './rules/index.ts';
import { schemaChecks } from './schema/index.ts';
import { webhookChecks } from './webhook/index.ts';

/** Every check, by code: what an API server refuses, what istiod's webhook refuses, and what neither of them sees. */
export const allChecks: readonly Check[] = [...schemaChecks, ...webhookChecks, ...rules];
