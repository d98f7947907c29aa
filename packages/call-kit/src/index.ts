export { type Callee, calleesEnv } from './callees/callees.env.js';
export { Callees, type CalleesSettings } from './callees/callees.js';
export { calleesModule } from './callees/callees.module.js';
export { CHANNEL } from './client/channel.js';
export { hopsOf, pathReply } from './client/hops.js';
export { tracedCalls } from './client/traced-calls.js';
export { metadataOf } from './metadata-headers.js';
