import { status } from '@grpc/grpc-js';
import { documentIdSchema } from '@mesh-platform/contracts';
import { RpcError } from '../common/rpc-error.js';

/** The cursor of the page after the document with this id. */
export const cursorAfter = (id: string): string => Buffer.from(id).toString('base64url');

/** The id that a cursor stands for. @throws RpcError INVALID_ARGUMENT where no page gave it out */
export function idOf(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!documentIdSchema.safeParse(id).success || cursorAfter(id) !== cursor) {
    throw new RpcError(status.INVALID_ARGUMENT, 'cursor: must be one that a page gave out');
  }
  return id;
}
