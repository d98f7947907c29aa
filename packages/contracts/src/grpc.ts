import { fileURLToPath } from 'node:url';

// #region samples
export * from './documents/grpc.js';
// #endregion samples
export type { GetPathResponse, GetPathResponse__Input as GetPathReply } from './generated/path/v1/GetPathResponse.js';
export type { Hop as HopMessage } from './generated/path/v1/Hop.js';
export type { PathClient, PathHandlers } from './generated/path/v1/Path.js';
export type { ProtoGrpcType as PathGrpcType } from './generated/path.js';

/** The folder that imports between proto files start from. */
export const PROTO_ROOT = fileURLToPath(new URL('../proto', import.meta.url));

/** The proto files, relative to PROTO_ROOT. */
export const PROTO_FILES = [
  // #region samples
  'documents/v1/documents.proto',
  // #endregion samples
  'path/v1/path.proto',
];

/** Their packages. */
export const PROTO_PACKAGES = [
  // #region samples
  'documents.v1',
  // #endregion samples
  'path.v1',
];

/** Options for a loader, so that messages have the generated types. */
export const PROTO_LOADING = { longs: String, enums: String, defaults: true, oneofs: true, includeDirs: [PROTO_ROOT] };
