// Runs in a client's image, as text: gives each service that calls the database a role, two logins and a database of its own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { giveRoles, requireVersion } from './roles.mjs';

const pg = createRequire('/app/package.json')('pg');
const { PGHOST: host, PGPORT: port, PGDATABASE: database, CLIENTS, PASSWORD_VERSION } = process.env;
const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();

const clients = CLIENTS.split(',').map((client) => {
  const [service, own] = client.split('=');
  return { service, database: own, logins: ['active', 'idle'].map((name) => JSON.parse(secret(`clients/${service}/${name}`))) };
});
requireVersion(clients, Number(PASSWORD_VERSION));

const master = new pg.Client({
  host,
  port: Number(port),
  database,
  user: secret('master/username'),
  password: secret('master/password'),
  ssl: { ca: readFileSync('/run/database/authorities.pem', 'utf8'), rejectUnauthorized: true },
  connectionTimeoutMillis: 10_000,
});
await master.connect();
await giveRoles(pg, master, clients);
await master.end();
for (const { service, database: own } of clients) console.log(`the role ${service} owns the database ${own}`);
