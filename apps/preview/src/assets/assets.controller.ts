import { Controller, Get, Headers, Inject, NotFoundException, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { acceptedEncoding } from '../encoding/encode.js';
import { PAGE_VERSION, type PageVersion } from '../page-version.js';

/** The version's own files, under a path that names it: a page never takes those of another version. */
@Controller('assets')
export class AssetsController {
  constructor(@Inject(PAGE_VERSION) private readonly pageVersion: PageVersion) {}

  @Get(':version/:name')
  asset(
    @Param('version') version: string,
    @Param('name') name: string,
    @Headers('if-none-match') known: string | undefined,
    @Headers('accept-encoding') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const asset = version === this.pageVersion.version ? this.pageVersion.assets.get(name) : undefined;
    if (!asset) throw new NotFoundException('this version has no such asset');
    const encoding = acceptedEncoding(accepted);
    const encoded = encoding && asset.encoded.get(encoding);
    const etag = `"${asset.etag}${encoded ? `-${encoding}` : ''}"`;
    reply.headers({ etag, vary: 'accept-encoding', 'cache-control': 'public, no-cache', ...(encoded && { 'content-encoding': encoding }) });
    if (known === etag) reply.status(304).send();
    else reply.type(asset.type).send(encoded ?? asset.body);
  }
}
