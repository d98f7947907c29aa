import type { Hop } from '@mesh-platform/contracts';
import type { GetPathReply, GetPathResponse } from '@mesh-platform/contracts/grpc';

/** Hops as gRPC tells them in the form that HTTP tells them. */
export const hopsOf = ({ hops }: GetPathResponse): Hop[] =>
  hops.map(({ service, version, pod, caller, attempts, ms }) => ({ service, version, pod, caller: caller ?? null, attempts, ms }));

/** The other way around: a caller that is not known is left out. */
export const pathReply = (hops: readonly Hop[]): GetPathReply => ({
  hops: hops.map(({ caller, ...hop }) => ({ ...hop, ...(caller !== null && { caller }) })),
});
