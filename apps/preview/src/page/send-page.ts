import type { FastifyReply } from 'fastify';
import { acceptedEncoding, encode, WORTH_ENCODING } from '../encoding/encode.js';
import type { Html } from '../html/html.js';
import type { PageVersion } from '../page-version.js';
import { visitOf } from './version-cookie.js';

/** Answers with a page of this version, and keeps the visit at it. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  pageVersion: PageVersion,
  { title, main }: { title: string; main: Html },
): void {
  const cookie = visitOf(pageVersion.version, reply.request.headers.cookie);
  if (cookie) reply.header('set-cookie', cookie);
  reply.status(status);
  sendMarkup(reply, `<!doctype html>\n${pageVersion.frame(title, main).text}`);
}

/** Answers with markup that no cache keeps: it shows the state of one request. */
export function sendMarkup(reply: FastifyReply, markup: string): void {
  const body = Buffer.from(markup);
  const encoding = body.length < WORTH_ENCODING ? undefined : acceptedEncoding(reply.request.headers['accept-encoding']);
  reply.type('text/html; charset=utf-8').headers({ 'cache-control': 'no-store', vary: 'accept-encoding, cookie' });
  if (!encoding) reply.send(body);
  else
    encode(body, encoding).then(
      (packed) => reply.header('content-encoding', encoding).send(packed),
      () => reply.send(body),
    );
}
