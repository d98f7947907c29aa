export { type DatabaseEnv, databaseEnv } from './database.env.js';
export { Database } from './database.js';
export { databaseModule } from './database.module.js';
export { clientOfLogin } from './login.js';
export { migrate, SchemaMismatch } from './migrate.js';
export { QueryError } from './query-error.js';
