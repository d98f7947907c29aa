import { randomInt } from 'node:crypto';

/** Inputs per entry where FUZZ_RUNS is not set. */
const DEFAULT_RUNS = 20_000;

/** The settings of a run, from the environment. */
export interface Settings {
  readonly runs: number;
  readonly seed: number;
  /** fast-check's way to one input of the seed, from a failure's report; undefined to run all of them. */
  readonly path: string | undefined;
}

/** Reads FUZZ_RUNS, FUZZ_SEED (drawn where unset) and FUZZ_PATH. Throws an Error that names the variable. */
export function settingsOf(env: Readonly<Record<string, string | undefined>>): Settings {
  const path = env.FUZZ_PATH || undefined;
  if (path !== undefined && !/^\d+(:\d+)*$/.test(path)) throw new Error('invalid FUZZ_PATH: expected numbers with colons between them');
  return {
    runs: wholeNumber('FUZZ_RUNS', env.FUZZ_RUNS, 1) ?? DEFAULT_RUNS,
    seed: wholeNumber('FUZZ_SEED', env.FUZZ_SEED, -(2 ** 31)) ?? randomInt(2 ** 31),
    path,
  };
}

function wholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (!text) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value >= 2 ** 31)
    throw new Error(`invalid ${name}: expected a whole number from ${least} to ${2 ** 31 - 1}`);
  return value;
}
