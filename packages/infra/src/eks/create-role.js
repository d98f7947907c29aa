// Runs in core's image, as text: gives the database to the role of the one service that calls it. Safe to run again, with a new password too.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Client, escapeIdentifier, escapeLiteral } = createRequire('/app/package.json')('pg');
const { PGHOST: host, PGPORT: port, PGDATABASE: database, ROLE } = process.env;
const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();

const client = new Client({
  host,
  port: Number(port),
  database,
  user: secret('master/username'),
  password: secret('master/password'),
  ssl: { ca: readFileSync('/run/database/authorities.pem', 'utf8'), rejectUnauthorized: true },
  connectionTimeoutMillis: 10_000,
});
await client.connect();
const role = escapeIdentifier(ROLE);
const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [ROLE]);
if (rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN`);
await client.query(`ALTER ROLE ${role} PASSWORD ${escapeLiteral(secret('client/password'))}`);
await client.query(`GRANT ${role} TO CURRENT_USER`); // who is no superuser gives a database to roles of his own alone
await client.query(`ALTER DATABASE ${escapeIdentifier(database)} OWNER TO ${role}`);
await client.query(`REVOKE CONNECT ON DATABASE ${escapeIdentifier(database)} FROM PUBLIC`);
await client.end();
console.log(`the role ${ROLE} owns the database ${database}`);
