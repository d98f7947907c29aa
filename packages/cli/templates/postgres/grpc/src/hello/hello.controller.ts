import { RpcController } from '@mesh-platform/call-kit/server';
import { IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { GreetingsRepository } from './greetings.repository.js';

/** example.v1.Example */
@RpcController()
export class HelloController {
  constructor(
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
    @Inject(GreetingsRepository) private readonly greetings: GreetingsRepository,
  ) {}

  @GrpcMethod('Example', 'Hello')
  async hello(): Promise<{ hello: string; version: string; greetings: number }> {
    const { service, version } = this.identity;
    return { hello: service, version, greetings: await this.greetings.give(version) };
  }
}
