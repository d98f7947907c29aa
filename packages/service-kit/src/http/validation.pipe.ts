import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ProblemException } from './problem.js';

/** Checks every parameter that names a schema, `@Body({ schema })`; a bad one is a 400 that lists its fields. */
export class ValidationPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({
      exceptionFactory: (issues) =>
        new ProblemException(400, 'the request is not valid', {
          errors: issues.slice(0, 20).map(({ path = [], message }) => ({
            field: path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.'),
            message,
          })),
        }),
    });
  }
}
