import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { RpcError } from '@mesh-platform/call-kit/server';
import { documentIdSchema } from '@mesh-platform/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { CoreEnv } from '../env.js';

export type CursorSettings = Pick<CoreEnv, 'CURSOR_KEY_FILE'>;

/** Injects them. */
export const CURSOR_SETTINGS = Symbol('CURSOR_SETTINGS');

// Named in the signature, so that what the key signs for one purpose is worth nothing for another.
const PURPOSE = 'documents.v1.Documents/List';
const SIGNATURE_BYTES = 16;

/** The cursors of pages: opaque, and signed, so that only what a page gave out is taken back. */
@Injectable()
export class Cursors {
  readonly #key: string;

  constructor(@Inject(CURSOR_SETTINGS) env: CursorSettings) {
    this.#key = readFileSync(env.CURSOR_KEY_FILE, 'utf8').trim();
  }

  /** The cursor of the page after the document with this id: its 16 bytes and their signature, as base64url. */
  after(id: string): string {
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    const signature = createHmac('sha256', this.#key).update(PURPOSE).update('\0').update(bytes).digest().subarray(0, SIGNATURE_BYTES);
    return Buffer.concat([bytes, signature]).toString('base64url');
  }

  /** The id that a cursor stands for. @throws RpcError INVALID_ARGUMENT where no page gave it out */
  idOf(cursor: string): string {
    const id = Buffer.from(cursor, 'base64url')
      .toString('hex', 0, 16)
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    if (!documentIdSchema.safeParse(id).success || !sameText(this.after(id), cursor)) {
      throw new RpcError(status.INVALID_ARGUMENT, 'cursor: must be one that a page gave out');
    }
    return id;
  }
}

// In constant time, so that the duration does not reveal how much of a forged signature is right.
function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
