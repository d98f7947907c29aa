// Runs in a client's image, as text, next to create-roles.js. Safe to run again, with new passwords too.

/**
 * Gives each service that calls the database a role, `core`, which owns a database, and the two logins of the service, which act as that role.
 * A rotation changes the password of the login that no service uses, so it refuses no connection. `pg` is the module, `master` its client.
 */
export async function giveRoles(pg, master, clients) {
  const has = async (sql, name) => (await master.query(sql, [name])).rowCount > 0;
  const hasRole = (name) => has('SELECT FROM pg_roles WHERE rolname = $1', name);
  for (const { service, database, logins } of clients) {
    const [owner, own] = [service, database].map(pg.escapeIdentifier);
    if (!(await hasRole(service))) await master.query(`CREATE ROLE ${owner}`);
    await master.query(`ALTER ROLE ${owner} NOLOGIN PASSWORD NULL`);
    await master.query(`GRANT ${owner} TO CURRENT_USER`); // only a superuser can give a database to a role that it is no member of
    if (!(await has('SELECT FROM pg_database WHERE datname = $1', database))) await master.query(`CREATE DATABASE ${own}`);
    await master.query(`ALTER DATABASE ${own} OWNER TO ${owner}`);
    await master.query(`REVOKE CONNECT ON DATABASE ${own} FROM PUBLIC`);
    for (const { username, password } of logins) {
      const login = pg.escapeIdentifier(username);
      if (!(await hasRole(username))) await master.query(`CREATE ROLE ${login} LOGIN IN ROLE ${owner}`);
      await master.query(`ALTER ROLE ${login} PASSWORD ${pg.escapeLiteral(password)}`);
      await master.query(`ALTER ROLE ${login} SET role TO ${owner}`); // what a login creates belongs to the service, whichever of the two it is
    }
  }
}

/**
 * Throws unless the logins of every client are those of `version`: External Secrets copies them later than the job starts, and the service
 * would be given a password that the database does not know.
 */
export function requireVersion(clients, version) {
  for (const { service, logins } of clients) {
    const newest = Math.max(...logins.map((login) => login.version));
    if (newest !== version)
      throw new Error(`the passwords of ${service} are of version ${newest}, not ${version}: External Secrets has not copied them yet`);
  }
}
