import type { Check } from './check.ts';
import { rules } from './rules/index.ts';
import { schemaChecks } from './schema/index.ts';
import { webhookChecks } from './webhook/index.ts';

/** Every check, by code: what the API server holds, what istiod's webhook holds, and what neither does. */
export const allChecks: readonly Check[] = [...schemaChecks, ...webhookChecks, ...rules];
