import { Metadata } from '@grpc/grpc-js';
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
