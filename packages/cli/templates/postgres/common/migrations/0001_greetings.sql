CREATE TABLE greetings (
  version text PRIMARY KEY,
  given bigint NOT NULL CHECK (given > 0)
);
