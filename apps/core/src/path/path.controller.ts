import type { Metadata } from '@grpc/grpc-js';
import type { GetPathReply } from '@mesh-platform/contracts/grpc';
import { hopOf, IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { headersOf } from '../common/metadata-headers.js';
import { RpcController } from '../common/rpc-controller.decorator.js';

/** path.v1.Path: core is the end of the path. */
@RpcController()
export class PathController {
  constructor(@Inject(IDENTITY) private readonly identity: ServiceIdentity) {}

  @GrpcMethod('Path', 'Get')
  get(_request: unknown, metadata: Metadata): GetPathReply {
    const { caller, ...hop } = hopOf(headersOf(metadata), performance.now(), this.identity);
    return { hops: [{ ...hop, ...(caller !== null && { caller }) }] };
  }
}
