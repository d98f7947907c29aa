import type { Metadata } from '@grpc/grpc-js';
import { Callees, pathReply } from '@mesh-platform/call-kit';
import { headersOf, RpcController } from '@mesh-platform/call-kit/server';
import type { GetPathReply } from '@mesh-platform/contracts/grpc';
import { hopOf, IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';

/** path.v1.Path */
@RpcController()
export class PathController {
  constructor(
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
    @Inject(Callees) private readonly callees: Callees,
  ) {}

  /** This service's hop and those behind it, in the order of travel. */
  @GrpcMethod('Path', 'Get')
  async get(_request: unknown, metadata: Metadata): Promise<GetPathReply> {
    const startedAt = performance.now();
    const headers = headersOf(metadata);
    const behind = await this.callees.hops(headers);
    return pathReply([hopOf(headers, startedAt, this.identity), ...behind]);
  }
}
