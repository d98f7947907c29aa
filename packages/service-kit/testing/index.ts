export { freePort } from './free-port.js';
export { type Random, randomOf } from './random.js';
export { type RunningService, startService } from './running-service.js';
export { until } from './until.js';
