import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RawServerDefault } from 'fastify';
import { requireShallow } from '../json/bounded-json.js';
import { ProblemException } from './problem.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads JSON bodies of bounded depth as UTF-8 and nothing else: a decoder that forgives would store other text than was sent. */
export function readJsonStrictly(app: NestFastifyApplication): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser<RawServerDefault>('application/json', {}, (request, body, done) => {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (encoding !== 'identity') {
      done(new ProblemException(415, 'the body must not be compressed', { headers: { 'accept-encoding': 'identity' } }));
      return;
    }
    let text: string;
    try {
      text = utf8.decode(body);
    } catch (cause) {
      done(new ProblemException(400, 'the body must be UTF-8', { cause }));
      return;
    }
    try {
      requireShallow(text);
    } catch (error) {
      done(error as Error);
      return;
    }
    parse(request, text, done);
  });
}
