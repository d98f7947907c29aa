import { type IncomingHeaders, ProblemException } from '@mesh-platform/service-kit';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses with 403 what a page of another origin sends to change something, by Sec-Fetch-Site and Origin. It guards every route. */
@Injectable()
export class SameOriginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const reason = SAFE_METHODS.has(method) ? undefined : refusalOf(method, headers);
    if (reason === undefined) return true;
    throw new ProblemException(403, `request refused: ${reason}`);
  }
}

/** Why a request that changes something is refused; undefined where it is not. */
function refusalOf(method: string, headers: IncomingHeaders): string | undefined {
  const { 'sec-fetch-site': site, origin } = headers;
  // `none` comes from the user directly (an address, a bookmark), which is never a form. https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
  if (site !== undefined && site !== 'same-origin') return 'it comes from another site';
  if (origin !== undefined) return isOwn(String(origin), headers) ? undefined : 'it comes from a page of another origin';
  if (site !== undefined || needsPreflight(method, headers)) return undefined;
  return 'it names no origin: send the header Origin, or JSON';
}

/** Whether an origin is the one at which this request arrived; `null` never is. */
function isOwn(origin: string, { host = '', 'x-forwarded-proto': scheme }: IncomingHeaders): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, origin: canonical } = new URL(origin);
  const own = `${protocol}//${host}`;
  // A proxy that does not know of the TLS in front of it sets http, so only https can contradict an origin.
  if ((scheme === 'https' && protocol !== 'https:') || !URL.canParse(own)) return false;
  return canonical === origin.toLowerCase() && new URL(own).origin === canonical;
}

/** Whether a browser would ask first before a page of another origin could send this: what names no origin is then no browser. */
const needsPreflight = (method: string, headers: IncomingHeaders): boolean =>
  method !== 'POST' || /^application\/json\s*(;|$)/i.test(String(headers['content-type']));
