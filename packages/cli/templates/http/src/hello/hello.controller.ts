import { IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';

@Controller('hello')
export class HelloController {
  constructor(@Inject(IDENTITY) private readonly identity: ServiceIdentity) {}

  @Get()
  hello(): { hello: string; version: string } {
    return { hello: this.identity.service, version: this.identity.version };
  }
}
