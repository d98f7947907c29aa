import { RpcController } from '@mesh-platform/call-kit/server';
import { IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';

/** example.v1.Example */
@RpcController()
export class HelloController {
  constructor(@Inject(IDENTITY) private readonly identity: ServiceIdentity) {}

  @GrpcMethod('Example', 'Hello')
  hello(): { hello: string; version: string } {
    return { hello: this.identity.service, version: this.identity.version };
  }
}
