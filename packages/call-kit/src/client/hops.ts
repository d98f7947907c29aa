import type { Hop } from '@mesh-platform/contracts';
import type { GetPathReply, GetPathResponse } from '@mesh-platform/contracts/grpc';

/** Converts hops from their gRPC form to their HTTP form. */
export const hopsOf = ({ hops }: GetPathResponse): Hop[] =>
  hops.map(({ service, version, pod, caller, attempts, ms }) => ({ service, version, pod, caller: caller ?? null, attempts, ms }));

/** Converts hops from their HTTP form to their gRPC form; an unknown caller is left out. */
export const pathReply = (hops: readonly Hop[]): GetPathReply => ({
  hops: hops.map(({ caller, ...hop }) => ({ ...hop, ...(caller !== null && { caller }) })),
});
