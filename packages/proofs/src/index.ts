export type { Claim, Evidence, Stage } from './claim.ts';
export { allClaims } from './claims/all-claims.ts';
export type { Attempt } from './probe/attempt.ts';
export { type ProbeOptions, probe, runProbe } from './probe/probe.ts';
export { probePod, webImage } from './probe/probe-pod.ts';
export { type Outcome, runClaims } from './run-claims.ts';
export { isAnswered, type Reply, request, requests, statusesInWords } from './wire/requests.ts';
