export { freePort } from './free-port.js';
export { type RunningService, startService } from './running-service.js';
export { type CollectedSpan, startTraceCollector, type TraceCollector } from './trace-collector.js';
export { until } from './until.js';
