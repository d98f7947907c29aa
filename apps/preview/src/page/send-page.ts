import type { FastifyReply } from 'fastify';
import type { Html } from '../html/html.js';

/** Answers with a page that nobody keeps: it shows what was true for one request. */
export function sendPage(reply: FastifyReply, status: number, page: Html): void {
  reply.status(status).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(`<!doctype html>\n${page.text}`);
}
