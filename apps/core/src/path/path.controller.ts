import type { Metadata } from '@grpc/grpc-js';
import { pathReply } from '@mesh-platform/call-kit';
import { headersOf, RpcController } from '@mesh-platform/call-kit/server';
import type { GetPathReply } from '@mesh-platform/contracts/grpc';
import { hopOf, IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';

/** path.v1.Path: core is the end of the path. */
@RpcController()
export class PathController {
  constructor(@Inject(IDENTITY) private readonly identity: ServiceIdentity) {}

  @GrpcMethod('Path', 'Get')
  get(_request: unknown, metadata: Metadata): GetPathReply {
    return pathReply([hopOf(headersOf(metadata), performance.now(), this.identity)]);
  }
}
