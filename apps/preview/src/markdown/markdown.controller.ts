import { newDocumentSchema } from '@mesh-platform/contracts';
import { ProblemException } from '@mesh-platform/service-kit';
import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { sendMarkup } from '../page/send-page.js';
import { PAGE_VERSION, type PageVersion } from '../page-version.js';
import { MarkdownRenderer } from './markdown-renderer.js';
import { plainText } from './plain-text.js';

const textSchema = z.strictObject({ body: newDocumentSchema.shape.body });

/** A text as this version shows it once it is saved, by the same code: what is seen while typing is what is read later. */
@Controller('render')
export class MarkdownController {
  constructor(
    @Inject(PAGE_VERSION) private readonly pageVersion: PageVersion,
    @Inject(MarkdownRenderer) private readonly markdown: MarkdownRenderer,
  ) {}

  @Post()
  @HttpCode(200)
  async render(@Body({ schema: textSchema }) { body }: z.infer<typeof textSchema>, @Res() reply: FastifyReply): Promise<void> {
    const rendered = await this.markdown.render(body);
    // The page keeps its preview and retries. No 5xx: this pod is well, and a retry at another pod would not help.
    if (rendered === 'busy') throw new ProblemException(429, 'other texts are being formatted', { headers: { 'retry-after': '1' } });
    sendMarkup(reply, this.pageVersion.preview(typeof rendered === 'string' ? plainText(body, rendered) : rendered).text);
  }
}
