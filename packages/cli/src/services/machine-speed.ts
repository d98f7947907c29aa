import type { Progress } from '@mesh-platform/kubernetes';
import { hasTimeoutFactor, useTimeoutFactor } from '@mesh-platform/kubernetes/time-limits';

/** Milliseconds of a processor that the work usually takes. Seen: 7 to 11 on two virtual processors, the most with thirty processes waiting. */
const USUAL_MS = 8;
/** What is so many times slower is slow, not busy: the processor's time does not grow with the work of others. */
const SLOW = 3;
const STEP = 5;
const MOST = 100;
const TRIES = 5;

/** Sets the factor of all time limits by the speed of this machine, unless the user has set one, or the node that runs has one. */
export function fitTimeLimits(progress: Pick<Progress, 'print'>, measure = fastest): void {
  if (hasTimeoutFactor()) return;
  const factor = factorFor(measure());
  if (factor === 1) return;
  useTimeoutFactor(factor);
  progress.print(`this machine is slow: its time limits are multiplied by ${factor} (PLATFORM_TIMEOUT_FACTOR sets another factor)`);
}

/** The factor for a machine whose processor takes so many milliseconds: 1, or a multiple of 5 that leaves half as much again. */
export const factorFor = (milliseconds: number): number => {
  const slowness = milliseconds / USUAL_MS;
  return slowness < SLOW ? 1 : Math.min(MOST, Math.ceil((slowness * 1.5) / STEP) * STEP);
};

/** The least of some tries, in milliseconds of the processor: a first one includes what is compiled for it. */
function fastest(): number {
  return Math.min(...Array.from({ length: TRIES }, processorTime));
}

function processorTime(): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Allocates, calls and hashes, as the programs of a node do: in emulation memory is slower than arithmetic. */
function work(): void {
  const objects = Array.from({ length: 20_000 }, (_, index) => ({ index, name: `object ${index % 500}` }));
  JSON.parse(JSON.stringify(objects));
}
