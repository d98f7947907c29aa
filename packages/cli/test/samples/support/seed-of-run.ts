/** The seed that ENDURANCE_SEED sets, or a new one. Print it: with it a run can be repeated. */
export const seedOfRun = (): number => Number(process.env.ENDURANCE_SEED) || Date.now() % 1_000_000_000;
