import { readFileSync } from 'node:fs';
import { Client, type ClientConfig } from 'pg';

/** A role and its password, of one moment: a rotation replaces both. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** The login in a file of JSON with `username` and `password`, as AWS Secrets Manager keeps it; undefined where there is none. */
export function loginIn(path: string): Login | undefined {
  try {
    const { username, password } = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
    return typeof username === 'string' && typeof password === 'string' ? { user: username, password } : undefined;
  } catch {
    return undefined;
  }
}

/** The class of clients whose new connections log in as the file states then. A file that is not there for a moment leaves the last login. */
export function clientOfLogin(path: string): typeof Client {
  let last = loginIn(path);
  return class extends Client {
    constructor(config?: ClientConfig) {
      last = loginIn(path) ?? last;
      super({ ...config, ...last });
    }
  };
}
