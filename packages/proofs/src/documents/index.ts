export { type Answer, DocumentTraffic, isAcknowledged } from './document-traffic.ts';
export { WriteChecker } from './write-checker.ts';
