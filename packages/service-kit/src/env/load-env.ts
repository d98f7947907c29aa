import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The environment does not fit its schema. The message names each bad variable and its rule, never a value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Reads the environment once: validated, typed, frozen. @throws ConfigurationError */
export function loadEnv<Schema extends z.ZodObject>(schema: Schema, source: NodeJS.ProcessEnv): Readonly<z.output<Schema>> {
  const result = schema.safeParse(source);
  if (result.success) return Object.freeze(result.data);
  const problems = result.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return source[name] === undefined ? `${name} is not set` : `${name} ${message}`;
  });
  throw new ConfigurationError([...new Set(problems)].join('; '));
}

/** A variable whose value is a whole number between two bounds. */
export const wholeNumber = (min: number, max: number) => {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z
    .string(rule)
    .regex(/^\d{1,10}$/, { error: rule, abort: true })
    .transform(Number)
    .pipe(z.number().min(min, rule).max(max, rule));
};

/** A variable whose value is the path of a file with at least `bytes` bytes of text, trimmed; `what` names the content in the error. */
export const textFile = (bytes: number, what: string) =>
  z.string().refine((path) => textBytes(path) >= bytes, `must name a readable file that contains ${what}`);

/** 0 where it cannot be read. */
function textBytes(path: string): number {
  try {
    return Buffer.byteLength(readFileSync(path, 'utf8').trim());
  } catch {
    return 0;
  }
}
