import { hopsOf } from '@mesh-platform/call-kit';
import type { Path } from '@mesh-platform/contracts';
import type { GetPathResponse } from '@mesh-platform/contracts/grpc';
import { hopOf, IDENTITY, type IncomingHeaders, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Controller, Get, Headers, Inject } from '@nestjs/common';
import { CoreClient } from '../core/core-client.js';

@Controller('path')
export class PathController {
  constructor(
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
    @Inject(CoreClient) private readonly core: CoreClient,
  ) {}

  /** Web's hop and those behind it, in the order of travel. */
  @Get()
  async path(@Headers() headers: IncomingHeaders): Promise<Path> {
    const startedAt = performance.now();
    const behind = await this.core.unary<GetPathResponse>(headers, (...rest) => this.core.path.Get({}, ...rest));
    return { hops: [hopOf(headers, startedAt, this.identity), ...hopsOf(behind)] };
  }
}
