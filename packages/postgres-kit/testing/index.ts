export { type OwnedDatabase, preparePostgres, startPostgres, type TestPostgres } from './postgres.js';
