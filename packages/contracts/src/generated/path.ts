import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { GetPathRequest__Input as _path_v1_GetPathRequest__Input, GetPathRequest as _path_v1_GetPathRequest } from './path/v1/GetPathRequest.js';
import type { GetPathResponse__Input as _path_v1_GetPathResponse__Input, GetPathResponse as _path_v1_GetPathResponse } from './path/v1/GetPathResponse.js';
import type { Hop__Input as _path_v1_Hop__Input, Hop as _path_v1_Hop } from './path/v1/Hop.js';
import type { PathClient as _path_v1_PathClient, PathDefinition as _path_v1_PathDefinition } from './path/v1/Path.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  path: {
    v1: {
      GetPathRequest: MessageTypeDefinition<_path_v1_GetPathRequest__Input, _path_v1_GetPathRequest>
      GetPathResponse: MessageTypeDefinition<_path_v1_GetPathResponse__Input, _path_v1_GetPathResponse>
      Hop: MessageTypeDefinition<_path_v1_Hop__Input, _path_v1_Hop>
      /**
       * The way a request took, as each service on it saw it.
       */
      Path: SubtypeConstructor<typeof grpc.Client, _path_v1_PathClient> & { service: _path_v1_PathDefinition }
    }
  }
}

