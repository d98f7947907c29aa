export { type Platform, platformOf } from './actors/platform.ts';
export type { Claim, Evidence, Scene, Stage } from './claim.ts';
export { allClaims } from './claims/all-claims.ts';
export type { Attempt } from './probe/attempt.ts';
export { type ProbeOptions, probe, runProbe } from './probe/probe.ts';
export { probePod } from './probe/probe-pod.ts';
export { runningImage } from './probe/running-image.ts';
export { isFault, type Outcome, runClaims } from './run-claims.ts';
export { isAnswered, type Reply, request, requests, statusesInWords } from './wire/requests.ts';
