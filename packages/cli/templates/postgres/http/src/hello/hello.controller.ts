import { IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { GreetingsRepository } from './greetings.repository.js';

@Controller('hello')
export class HelloController {
  constructor(
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
    @Inject(GreetingsRepository) private readonly greetings: GreetingsRepository,
  ) {}

  @Get()
  async hello(): Promise<{ hello: string; version: string; greetings: number }> {
    const { service, version } = this.identity;
    return { hello: service, version, greetings: await this.greetings.give(version) };
  }
}
