export type { Actions } from './actions.ts';
export { Collector, type Sources } from './collect/collector.ts';
export { type OpenedView, openView } from './server/view-server.ts';
export type { FailedRequest, RequestHop, RequestSpan, Snapshot, Verification } from './snapshot.ts';
