import { ProblemException } from '@mesh-platform/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RawServerDefault } from 'fastify';

/** The media type of an HTML form. */
export const FORM = 'application/x-www-form-urlencoded';
// The page's own forms have four.
const MAX_FIELDS = 16;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads forms as UTF-8 and nothing else: a decoder that forgives would store other text than was sent. */
export function readFormsStrictly(app: NestFastifyApplication, bodyLimit: number): void {
  app.useBodyParser<RawServerDefault>(FORM, { bodyLimit }, (_request, body, done) => {
    try {
      done(null, parseForm(utf8.decode(body)));
    } catch (cause) {
      done(new ProblemException(400, 'the form must be UTF-8, each field once, at most 16 fields', { cause }));
    }
  });
}

/** A form's fields by name. @throws URIError for what is not UTF-8, Error for a field that is there twice and for more than 16 fields */
export function parseForm(text: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const pair of text === '' ? [] : text.split('&', MAX_FIELDS + 1)) {
    if (fields.size === MAX_FIELDS) throw new Error(`a form has at most ${MAX_FIELDS} fields`);
    const at = pair.indexOf('=');
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    const field = decoded(name);
    if (fields.has(field)) throw new Error(`the field ${field} is there twice`);
    fields.set(field, decoded(value));
  }
  return Object.fromEntries(fields);
}

const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
