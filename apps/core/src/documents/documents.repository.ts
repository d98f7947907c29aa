import { createHash } from 'node:crypto';
import type { NewDocument } from '@mesh-platform/contracts';
import { Database } from '@mesh-platform/postgres-kit';
import { Inject, Injectable } from '@nestjs/common';

export interface SummaryRow {
  id: string;
  title: string;
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface DocumentRow extends SummaryRow {
  body: string;
}

interface CreationRow {
  id: string;
  createdAt: Date;
}

// One statement: a key and its document are written together or not at all, however often the request is sent.
const CREATE = `
  WITH creation AS (
    INSERT INTO document_creations (idempotency_key, content_hash, document_id, created_at)
    VALUES ($1, $2, uuidv7(), now())
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING document_id, created_at
  ), document AS (
    INSERT INTO documents (id, title, body, created_at, updated_at)
    SELECT document_id, $3, $4, created_at, created_at FROM creation
  )
  SELECT document_id AS id, created_at AS "createdAt" FROM creation`;

// A statement of its own: the one above cannot see what a transaction committed while it waited for it.
const FIRST_CREATION = `
  SELECT document_id AS id, created_at AS "createdAt"
  FROM document_creations WHERE idempotency_key = $1 AND content_hash = $2`;

const SUMMARY = `id, title, revision, created_at AS "createdAt", updated_at AS "updatedAt"`;

// No row: the document is missing. A row of nulls: the document is at another revision.
const UPDATE = `
  WITH changed AS (
    UPDATE documents SET title = $3, body = $4, revision = revision + 1, updated_at = now()
    WHERE id = $1 AND (cardinality($2::integer[]) = 0 OR revision = ANY ($2))
    RETURNING *
  )
  SELECT changed.id, changed.title, changed.revision, changed.created_at AS "createdAt", changed.updated_at AS "updatedAt", changed.body
  FROM documents found LEFT JOIN changed USING (id) WHERE found.id = $1`;

const DELETE = `
  WITH deleted AS (
    DELETE FROM documents WHERE id = $1 AND (cardinality($2::integer[]) = 0 OR revision = ANY ($2))
    RETURNING id
  )
  SELECT deleted.id FROM documents found LEFT JOIN deleted USING (id) WHERE found.id = $1`;

/** Why a document was left as it is: none has the id, or it is at none of the revisions. */
export type Unchanged = 'absent' | 'stale';

@Injectable()
export class DocumentsRepository {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Writes a document once per key and returns it as it was first written; undefined where the key wrote other content. */
  async create(key: string, { title, body }: NewDocument): Promise<DocumentRow | undefined> {
    const hash = createHash('sha256')
      .update(JSON.stringify([title, body]))
      .digest();
    const [written] = await this.database.query<CreationRow>('documents.create', CREATE, [key, hash, title, body]);
    const creation = written ?? (await this.firstCreation(key, hash));
    return creation && { id: creation.id, title, body, revision: 1, createdAt: creation.createdAt, updatedAt: creation.createdAt };
  }

  private async firstCreation(key: string, hash: Buffer): Promise<CreationRow | undefined> {
    const [row] = await this.database.query<CreationRow>('documents.creation', FIRST_CREATION, [key, hash]);
    return row;
  }

  async get(id: string): Promise<DocumentRow | undefined> {
    const [row] = await this.database.query<DocumentRow>('documents.get', `SELECT ${SUMMARY}, body FROM documents WHERE id = $1`, [id]);
    return row;
  }

  /** Up to `limit` documents, newest first, starting after the one with the id `after`. */
  async list(limit: number, after?: string): Promise<SummaryRow[]> {
    const sql = `SELECT ${SUMMARY} FROM documents WHERE $2::uuid IS NULL OR id < $2 ORDER BY id DESC LIMIT $1`;
    return this.database.query<SummaryRow>('documents.list', sql, [limit, after ?? null]);
  }

  /** Replaces title and body where the document is at one of the revisions; at any where there are none. */
  async update(id: string, revisions: readonly number[], { title, body }: NewDocument): Promise<DocumentRow | Unchanged> {
    const [row] = await this.database.query<DocumentRow | Nulls<DocumentRow>>('documents.update', UPDATE, [id, revisions, title, body]);
    return changed(row, revisions);
  }

  /** Deletes a document where it is at one of the revisions; at any where there are none. */
  async delete(id: string, revisions: readonly number[]): Promise<Pick<DocumentRow, 'id'> | Unchanged> {
    type Deleted = Pick<DocumentRow, 'id'>;
    const [row] = await this.database.query<Deleted | Nulls<Deleted>>('documents.delete', DELETE, [id, revisions]);
    return changed(row, revisions);
  }
}

type Nulls<Row> = { [Column in keyof Row]: null };

function changed<Row extends { id: string }>(row: Row | Nulls<Row> | undefined, revisions: readonly number[]): Row | Unchanged {
  if (!row) return 'absent';
  if (row.id !== null) return row as Row;
  return revisions.length > 0 ? 'stale' : 'absent'; // where any revision will do, another call deleted it in this moment
}
