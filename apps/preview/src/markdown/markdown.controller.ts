import { newDocumentSchema } from '@mesh-platform/contracts';
import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { sendMarkup } from '../page/send-page.js';
import { RELEASE, type Release } from '../release.js';
import { renderMarkdown } from './render-markdown.js';

const textSchema = z.strictObject({ body: newDocumentSchema.shape.body });

/** A text as this release shows it once it is saved, by the same code: what is seen while typing is what is read later. */
@Controller('render')
export class MarkdownController {
  constructor(@Inject(RELEASE) private readonly release: Release) {}

  @Post()
  @HttpCode(200)
  render(@Body({ schema: textSchema }) { body }: z.infer<typeof textSchema>, @Res() reply: FastifyReply): void {
    sendMarkup(reply, this.release.preview(renderMarkdown(body)).text);
  }
}
