export type { Check, Evidence, Scene, Stage } from './check.ts';
export { allChecks } from './checks/all-checks.ts';
export { type Platform, platformOf } from './participants/platform.ts';
export type { Attempt } from './probe/attempt.ts';
export { type ProbeOptions, probe, runProbe } from './probe/probe.ts';
export { probePod } from './probe/probe-pod.ts';
export { isFault, type Outcome, runChecks } from './run-checks.ts';
export { isAnswered, type Reply, request, requests, statusesInWords } from './wire/requests.ts';
export { type Load, underLoad } from './wire/steady-load.ts';
