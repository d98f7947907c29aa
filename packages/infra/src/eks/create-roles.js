// Runs in a client's image, as text: gives each service that calls the database a role and a database of its own. Safe to run again, with new passwords too.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Client, escapeIdentifier, escapeLiteral } = createRequire('/app/package.json')('pg');
const { PGHOST: host, PGPORT: port, PGDATABASE: database, CLIENTS } = process.env;
const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();

const master = new Client({
  host,
  port: Number(port),
  database,
  user: secret('master/username'),
  password: secret('master/password'),
  ssl: { ca: readFileSync('/run/database/authorities.pem', 'utf8'), rejectUnauthorized: true },
  connectionTimeoutMillis: 10_000,
});
const has = async (sql, name) => (await master.query(sql, [name])).rowCount > 0;

await master.connect();
for (const client of CLIENTS.split(',')) {
  const [name, owned] = client.split('=');
  const [role, own] = [escapeIdentifier(name), escapeIdentifier(owned)];
  if (!(await has('SELECT FROM pg_roles WHERE rolname = $1', name))) await master.query(`CREATE ROLE ${role} LOGIN`);
  await master.query(`ALTER ROLE ${role} PASSWORD ${escapeLiteral(secret(`clients/${name}`))}`);
  await master.query(`GRANT ${role} TO CURRENT_USER`); // only a superuser can give a database to a role that it is no member of
  if (!(await has('SELECT FROM pg_database WHERE datname = $1', owned))) await master.query(`CREATE DATABASE ${own}`);
  await master.query(`ALTER DATABASE ${own} OWNER TO ${role}`);
  await master.query(`REVOKE CONNECT ON DATABASE ${own} FROM PUBLIC`);
  console.log(`the role ${name} owns the database ${owned}`);
}
await master.end();
