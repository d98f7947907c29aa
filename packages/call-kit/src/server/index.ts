export { headersOf } from '../metadata-headers.js';
export { GrpcModule } from './grpc-module.js';
export { type GrpcContract, grpcServer } from './grpc-server.js';
export { RpcController } from './rpc-controller.decorator.js';
export { RpcError, statusOf } from './rpc-error.js';
