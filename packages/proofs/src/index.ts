export type { Claim, Evidence, Stage } from './claim.ts';
export { allClaims } from './claims/all-claims.ts';
export { type Answer, DocumentTraffic, isAcknowledged } from './load/document-traffic.ts';
export { underLoad } from './load/steady-load.ts';
export { WriteChecker } from './load/write-checker.ts';
export type { Attempt } from './probe/attempt.ts';
export { type ProbeOptions, probe } from './probe/probe.ts';
export { type Outcome, runClaims } from './run-claims.ts';
