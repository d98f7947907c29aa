-- What core wrote when 0001 was its newest migration: a document, its key, and the key of one that was deleted.
INSERT INTO documents (id, title, body, revision, created_at, updated_at) VALUES
  ('0198c5a0-0000-7000-8000-000000000001', 'old', '# kept', 3, '2025-11-22T10:20:30.123Z', '2025-11-23T10:20:30.456Z');
INSERT INTO document_creations (idempotency_key, content_hash, document_id, created_at) VALUES
  ('key-of-old', sha256(convert_to('["old","# first"]', 'UTF8')), '0198c5a0-0000-7000-8000-000000000001', '2025-11-22T10:20:30.123Z'),
  ('key-of-deleted', sha256(convert_to('["gone",""]', 'UTF8')), '0198c5a0-0000-7000-8000-000000000002', '2025-11-22T10:20:31Z');
