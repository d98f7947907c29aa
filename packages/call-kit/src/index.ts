export { type Callee, calleesEnv } from './callees/callees.env.js';
export { Callees, type CalleesSettings, calleesModule } from './callees/callees.js';
export { CHANNEL, tracedCalls } from './client/channel.js';
export { hopsOf, metadataOf, pathReply } from './grpc-forms.js';
