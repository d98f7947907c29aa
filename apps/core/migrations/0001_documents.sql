CREATE TABLE documents (
  id uuid PRIMARY KEY,
  title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  body text NOT NULL CHECK (octet_length(body) <= 262144),
  revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

-- What each idempotency key wrote first. No foreign key: a repeated create must not write again after its document is gone.
CREATE TABLE document_creations (
  idempotency_key text PRIMARY KEY,
  content_hash bytea NOT NULL,
  document_id uuid NOT NULL,
  created_at timestamptz NOT NULL
);
