export { type Answer, DocumentTraffic, isAcknowledged } from './document-traffic.ts';
export { underLoad } from './steady-load.ts';
export { WriteChecker } from './write-checker.ts';
