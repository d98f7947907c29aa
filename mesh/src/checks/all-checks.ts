import type { Check } from './check.ts';
import { rules } from './rules/index.ts';

/** Every check, by code. */
export const allChecks: readonly Check[] = [...rules];
