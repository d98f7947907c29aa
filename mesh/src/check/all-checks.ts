import type { Check } from './check.ts';
import { rules } from './rules/index.ts';
import { schemaChecks } from './schema/index.ts';
import { webhookChecks } from './webhook/index.ts';

/** Every check, by code: errors of the API server, errors of istiod's webhook, and errors that neither of them finds. */
export const allChecks: readonly Check[] = [...schemaChecks, ...webhookChecks, ...rules];
