export { headersOf } from '../grpc-forms.js';
export { type GrpcContract, GrpcModule, grpcServer } from './grpc-server.js';
export { RpcController } from './rpc-controller.decorator.js';
export { RpcError, statusOf } from './rpc-error.js';
