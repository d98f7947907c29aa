import type { Reply } from './requests.ts';

/** A service on the path of a request, as its hop reports it. */
export interface Hop {
  readonly service: string;
  readonly version: string;
  /** The SPIFFE identity that the service's own proxy verified. */
  readonly caller: string | null;
}

/** The hops in an answer to the request for the path; none in any other answer. */
export function hopsOf({ status, text }: Reply): readonly Hop[] {
  return status === 200 ? (JSON.parse(text) as { readonly hops: readonly Hop[] }).hops : [];
}

/** Which version of a service had a part in an answer: the first service sets it in each answer, one behind it in its hop. */
export const versionIn = (reply: Reply, service: string): string | undefined =>
  reply.servedBy.startsWith(`${service}/`)
    ? reply.servedBy.slice(service.length + 1)
    : hopsOf(reply).find((hop) => hop.service === service)?.version;
