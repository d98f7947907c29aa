import { IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Controller, Get, Headers, Inject, NotFoundException, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RELEASE, type Release } from '../release.js';

/** The release's own files, under a path that names it: a page never takes those of another release. */
@Controller('assets')
export class AssetsController {
  constructor(
    @Inject(RELEASE) private readonly release: Release,
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
  ) {}

  @Get(':version/:name')
  asset(
    @Param('version') version: string,
    @Param('name') name: string,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const asset = version === this.identity.version ? this.release.assets.get(name) : undefined;
    if (!asset) throw new NotFoundException('this release has no such asset');
    reply.headers({ etag: asset.etag, 'cache-control': 'public, no-cache' });
    if (known === asset.etag) reply.status(304).send();
    else reply.type(asset.type).send(asset.body);
  }
}
