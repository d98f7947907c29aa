import { Callees } from '@mesh-platform/call-kit';
import type { Path } from '@mesh-platform/contracts';
import { hopOf, IDENTITY, type IncomingHeaders, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Controller, Get, Headers, Inject } from '@nestjs/common';

@Controller('path')
export class PathController {
  constructor(
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
    @Inject(Callees) private readonly callees: Callees,
  ) {}

  /** This service's hop and those behind it, in the order of travel. */
  @Get()
  async path(@Headers() headers: IncomingHeaders): Promise<Path> {
    const startedAt = performance.now();
    const behind = await this.callees.hops(headers);
    return { hops: [hopOf(headers, startedAt, this.identity), ...behind] };
  }
}
