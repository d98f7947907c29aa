/** The cost of one run of a function. */
export interface Cost {
  /** Milliseconds of processor time of this thread. */
  readonly cpuMs: number;
  /** MiB by which the peak of the process's resident memory rose. */
  readonly memoryMiB: number;
}

/** Runs a function, and returns its result and its cost. */
export async function measured<Result>(run: () => Result | Promise<Result>): Promise<{ readonly result: Result; readonly cost: Cost }> {
  const peakBefore = process.resourceUsage().maxRSS;
  const cpuBefore = process.threadCpuUsage();
  const result = await run();
  const { user, system } = process.threadCpuUsage(cpuBefore);
  return { result, cost: { cpuMs: (user + system) / 1000, memoryMiB: (process.resourceUsage().maxRSS - peakBefore) / 1024 } };
}
