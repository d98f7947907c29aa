// Saves core's tables as lines of JSON, or brings back what is missing: `save` prints, `restore` reads. Runs in core's pod with
// core's own role: no other pod may connect to Postgres.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import pg from 'pg';

const TABLES = ['documents', 'document_creations'];
const { PGHOST = 'postgres', PGDATABASE = 'documents', PGUSER = 'core', PGPASSWORD_FILE, PGLOGIN_FILE, PGSSLROOTCERT } = process.env;
const { username, password } = PGLOGIN_FILE
  ? JSON.parse(readFileSync(PGLOGIN_FILE, 'utf8'))
  : { username: PGUSER, password: readFileSync(PGPASSWORD_FILE, 'utf8').trim() };
const client = new pg.Client({
  host: PGHOST,
  database: PGDATABASE,
  user: username,
  password,
  ssl: PGSSLROOTCERT ? { ca: readFileSync(PGSSLROOTCERT, 'utf8') } : false,
});

/** What all tables held at one moment. */
async function save() {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  for (const table of TABLES) {
    await client.query(`DECLARE saved_${table} NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS row FROM ${table} t`);
    for (let rows = [1]; rows.length > 0; ) {
      ({ rows } = await client.query(`FETCH 100 FROM saved_${table}`));
      for (const { row } of rows) console.log(`${table} ${row}`);
    }
  }
}

/** All or nothing; what is there already stays as it is. */
async function restore() {
  await client.query('BEGIN');
  let restored = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const [table = ''] = line.split(' ', 1);
    if (!TABLES.includes(table)) throw new Error(`no table of core: ${table}`);
    const sql = `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1) ON CONFLICT DO NOTHING`;
    const { rowCount } = await client.query(sql, [line.slice(table.length + 1)]);
    if (table === 'documents') restored += rowCount;
  }
  await client.query('COMMIT');
  console.log(`${restored} documents restored`);
}

await client.connect();
await { save, restore }[process.argv.at(-1)]();
await client.end();
