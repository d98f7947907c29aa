import { IDENTITY, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { openApiDocument } from './openapi.document.js';

@Controller('openapi.json')
export class OpenApiController {
  readonly #document: object;

  constructor(@Inject(IDENTITY) { version }: ServiceIdentity) {
    this.#document = openApiDocument(version);
  }

  @Get()
  document(): object {
    return this.#document;
  }
}
