import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Milliseconds within which the address that was printed can be opened. */
const OPEN_MS = 10 * 60_000;

const secret = (): string => randomBytes(24).toString('base64url');

/** Compares in a time that does not depend on where two texts differ. */
const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

/** The right to use a view: a token that opens it once, and then a cookie. */
export class Session {
  /** The first segment of every path. Browsers send cookies to every port of a host: another server on it does not know the path. */
  readonly base = `/${secret()}`;
  readonly #token = secret();
  readonly #cookie = secret();
  readonly #createdAt = performance.now();
  #isOpened = false;

  /** The path that opens the view once. */
  get openingPath(): string {
    return `/open?token=${this.#token}`;
  }

  /** The cookie for who has the token; undefined where it is wrong, late or was used before. */
  open(token: string): string | undefined {
    if (this.#isOpened || performance.now() - this.#createdAt > OPEN_MS || !isSame(token, this.#token)) return undefined;
    this.#isOpened = true;
    return `view=${this.#cookie}; Path=${this.base}; HttpOnly; SameSite=Strict`;
  }

  /** Whether a request's header has the cookie. */
  has(cookies: string | undefined): boolean {
    const found = (cookies ?? '').split(/;\s*/).filter((one) => one.startsWith('view='));
    return found.some((one) => isSame(one.slice('view='.length), this.#cookie));
  }
}
