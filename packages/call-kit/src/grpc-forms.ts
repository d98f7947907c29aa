import { Metadata } from '@grpc/grpc-js';
import type { Hop } from '@mesh-platform/contracts';
import type { GetPathReply, GetPathResponse } from '@mesh-platform/contracts/grpc';
import type { IncomingHeaders } from '@mesh-platform/service-kit';

/** gRPC metadata in the form of HTTP headers; binary entries are left out. */
export const headersOf = (metadata: Metadata): IncomingHeaders =>
  Object.fromEntries(
    Object.keys(metadata.getMap())
      .filter((name) => !name.endsWith('-bin'))
      .map((name) => [name, metadata.get(name).map(String)]),
  );

/** gRPC metadata with these headers. */
export function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

/** Converts hops from their gRPC form to their HTTP form. */
export const hopsOf = ({ hops }: GetPathResponse): Hop[] =>
  hops.map(({ service, version, pod, caller, attempts, ms }) => ({ service, version, pod, caller: caller ?? null, attempts, ms }));

/** Converts hops from their HTTP form to their gRPC form; an unknown caller is left out. */
export const pathReply = (hops: readonly Hop[]): GetPathReply => ({
  hops: hops.map(({ caller, ...hop }) => ({ ...hop, ...(caller !== null && { caller }) })),
});
