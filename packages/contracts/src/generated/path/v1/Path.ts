// Original file: proto/path/v1/path.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetPathRequest__Input as _path_v1_GetPathRequest__Input, GetPathRequest as _path_v1_GetPathRequest } from '../../path/v1/GetPathRequest.js';
import type { GetPathResponse__Input as _path_v1_GetPathResponse__Input, GetPathResponse as _path_v1_GetPathResponse } from '../../path/v1/GetPathResponse.js';

/**
 * The way a request took, as each service on it saw it.
 */
export interface PathClient extends grpc.Client {
  Get(argument: _path_v1_GetPathRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_path_v1_GetPathResponse>): grpc.ClientUnaryCall;
  Get(argument: _path_v1_GetPathRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_path_v1_GetPathResponse>): grpc.ClientUnaryCall;
  Get(argument: _path_v1_GetPathRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_path_v1_GetPathResponse>): grpc.ClientUnaryCall;
  Get(argument: _path_v1_GetPathRequest__Input, callback: grpc.requestCallback<_path_v1_GetPathResponse>): grpc.ClientUnaryCall;
  get(argument: _path_v1_GetPathRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_path_v1_GetPathResponse>): grpc.ClientUnaryCall;
  get(argument: _path_v1_GetPathRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_path_v1_GetPathResponse>): grpc.ClientUnaryCall;
  get(argument: _path_v1_GetPathRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_path_v1_GetPathResponse>): grpc.ClientUnaryCall;
  get(argument: _path_v1_GetPathRequest__Input, callback: grpc.requestCallback<_path_v1_GetPathResponse>): grpc.ClientUnaryCall;
  
}

/**
 * The way a request took, as each service on it saw it.
 */
export interface PathHandlers extends grpc.UntypedServiceImplementation {
  Get: grpc.handleUnaryCall<_path_v1_GetPathRequest, _path_v1_GetPathResponse__Input>;
  
}

export interface PathDefinition extends grpc.ServiceDefinition {
  Get: MethodDefinition<_path_v1_GetPathRequest__Input, _path_v1_GetPathResponse__Input, _path_v1_GetPathRequest, _path_v1_GetPathResponse>
}
