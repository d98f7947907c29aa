export { freePort } from './free-port.js';
export { type RunningService, startService } from './running-service.js';
export { until } from './until.js';
