import { documentIdSchema, pathSchema } from '@mesh-platform/contracts';
import { hopOf, IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Controller, Delete, Get, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readAs, type WebAnswer, WebClient, type WebRequest } from '../web/web-client.js';

// Only the headers that the API needs: preview forwards no cookie, no credential and no identity of a hop.
const HANDED_ON = ['idempotency-key', 'if-match', 'if-none-match'];
const HANDED_BACK = ['content-type', 'etag', 'retry-after', 'cache-control'];

/** Web's API as the browser sees it. */
@Controller('api')
export class ApiController {
  constructor(
    @Inject(WebClient) private readonly web: WebClient,
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
  ) {}

  /** The path of this request: preview's hop and those behind it, in the order of travel. */
  @Get('path')
  async path(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const startedAt = performance.now();
    const answer = await this.web.send(request.headers, { method: 'GET', path: '/path' });
    if (answer.status !== 200) return handBack(answer, reply);
    const { hops } = readAs(pathSchema, answer);
    reply.header('cache-control', 'no-store').send({ hops: [hopOf(request.headers, startedAt, this.identity), ...hops] });
  }

  /** Web's description of what is handed on here, at the address that it has here. */
  @Get('openapi.json')
  async description(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const answer = await this.handOn(request, { method: 'GET', path: '/openapi.json' });
    if (answer.status !== 200) return handBack(answer, reply);
    reply.send({ ...readAs(z.looseObject({}), answer), servers: [{ url: '/api' }] });
  }

  @Get('documents')
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = /\?.*$/.exec(request.url)?.[0] ?? '';
    handBack(await this.handOn(request, { method: 'GET', path: `/documents${query}` }), reply);
  }

  @Post('documents')
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const answer = await this.handOn(request, { method: 'POST', path: '/documents', body: request.body });
    const location = answer.headers.location;
    if (typeof location === 'string') reply.header('location', `/api${location}`);
    handBack(answer, reply);
  }

  @Get('documents/:id')
  async get(
    @Req() request: FastifyRequest,
    @Param('id', { schema: documentIdSchema }) id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    handBack(await this.handOn(request, { method: 'GET', path: `/documents/${id}` }), reply);
  }

  @Put('documents/:id')
  async update(
    @Req() request: FastifyRequest,
    @Param('id', { schema: documentIdSchema }) id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    handBack(await this.handOn(request, { method: 'PUT', path: `/documents/${id}`, body: request.body }), reply);
  }

  @Delete('documents/:id')
  async delete(
    @Req() request: FastifyRequest,
    @Param('id', { schema: documentIdSchema }) id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    handBack(await this.handOn(request, { method: 'DELETE', path: `/documents/${id}` }), reply);
  }

  private handOn({ headers }: FastifyRequest, request: Pick<WebRequest, 'method' | 'path' | 'body'>): Promise<WebAnswer> {
    const handedOn = HANDED_ON.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    return this.web.send(headers, { ...request, headers: Object.fromEntries(handedOn) });
  }
}

function handBack({ status, headers, text }: WebAnswer, reply: FastifyReply): void {
  for (const name of HANDED_BACK) {
    const value = headers[name];
    if (value !== undefined) reply.header(name, value);
  }
  reply.status(status).send(text === '' ? undefined : Buffer.from(text));
}
