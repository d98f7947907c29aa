import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, PlatformError, UsageError } from '@mesh-platform/kubernetes';
import { type Actions, carryOut, isHarmless, readOrder } from '../actions.ts';
import type { Snapshot } from '../snapshot.ts';
import { type Asset, loadAssets } from './assets.ts';
import { Session } from './session.ts';

const HOST = '127.0.0.1';
const BODY_BYTES = 16 * 1024;
/** Pages that are open at once: each costs a snapshot every two seconds. */
const MOST_STREAMS = 8;
/** Bytes that may wait for a page which does not read, such as that of a laptop asleep: it is closed, and connects again. */
const MOST_WAITING = 4 * 1024 * 1024;

/** Only this origin may run, load or frame the page, and no text becomes a script. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** What the page may do, and how it names its target in commands. */
export interface Settings {
  /** Whether its orders change nothing. */
  readonly readOnly: boolean;
  /** ` --instance NAME` where it is not the default one. */
  readonly suffix: string;
}

/** What a view shows, and what it may do. */
export interface ViewOptions {
  /** Calls the listener with each snapshot; gives what ends that. `visible` names the services that are shown; all if unset. */
  readonly listen: (listener: (snapshot: Snapshot) => void, visible?: ReadonlySet<string>) => () => void;
  readonly actions: Actions;
  readonly settings: Settings;
  /** 0 for a free one. */
  readonly port: number;
}

export interface OpenedView {
  /** The address that opens the view once, within ten minutes. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page on loopback until it is closed. Throws a PlatformError where the port is taken. */
export async function openView(options: ViewOptions): Promise<OpenedView> {
  const session = new Session();
  const view = new View(options, session, await loadAssets());
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    view.answer(request, response).catch((error) => refuse(response, 500, messageOf(error)));
  });
  await listening(server, options.port);
  const { port } = server.address() as AddressInfo;
  view.port = port;
  return {
    url: `http://${HOST}:${port}${session.openingPath}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' || error.code === 'EACCES'
          ? new PlatformError(
              `port ${port} of ${HOST} cannot be used: ${error.code}`,
              'choose another one with --port, or leave it out for a free one',
            )
          : error,
      ),
    );
    server.listen(port, HOST, resolve);
  });

class View {
  port = 0;
  readonly #options: ViewOptions;
  readonly #session: Session;
  readonly #assets: ReadonlyMap<string, Asset>;
  #streams = 0;

  constructor(options: ViewOptions, session: Session, assets: ReadonlyMap<string, Asset>) {
    this.#options = options;
    this.#session = session;
    this.#assets = assets;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const { pathname, searchParams } = new URL(request.url ?? '/', `http://${HOST}`);
    // A page of another site that resolves its own name to 127.0.0.1 sends that name.
    if (!this.#isOurs(request)) return refuse(response, 403, 'this address is not the view’s own');
    if (pathname === '/open') return this.#open(request, response, searchParams.get('token') ?? '');
    const { base } = this.#session;
    if (!this.#session.has(request.headers.cookie) || !pathname.startsWith(`${base}/`))
      return refuse(response, 403, 'run ./platform view again: its address opens the page once');
    const name = pathname.slice(base.length + 1) || 'index.html';
    if (name === 'orders') return this.#order(request, response);
    if (request.method !== 'GET') return refuse(response, 405, 'only GET is answered here');
    if (name === 'events' && this.#streams >= MOST_STREAMS) return refuse(response, 503, 'too many pages of this view are open');
    if (name === 'events') return this.#stream(response, searchParams.get('visible'));
    if (name === 'settings') return json(response, 200, this.#options.settings);
    const asset = this.#assets.get(name);
    if (!asset) return refuse(response, 404, 'there is no such file');
    response.setHeader('content-type', asset.type).end(asset.body);
  }

  /** Whether the request is for this server, and no page of another origin sent it. */
  #isOurs({ headers }: IncomingMessage): boolean {
    const own = `${HOST}:${this.port}`;
    const site = headers['sec-fetch-site'];
    return (
      headers.host === own &&
      (headers.origin === undefined || headers.origin === `http://${own}`) &&
      site !== 'cross-site' &&
      site !== 'same-site'
    );
  }

  #open(request: IncomingMessage, response: ServerResponse, token: string): void {
    const cookie = request.method === 'GET' ? this.#session.open(token) : undefined;
    if (cookie) response.writeHead(303, { 'set-cookie': cookie, location: `${this.#session.base}/` }).end();
    else refuse(response, 403, 'this address was used already: run ./platform view again');
  }

  #stream(response: ServerResponse, visible: string | null): void {
    this.#streams++;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 1000\n\n');
    const names = visible === null ? undefined : new Set(visible.split(',').slice(0, 1_000));
    const end = this.#options.listen((snapshot) => {
      if (response.writableLength > MOST_WAITING) response.destroy();
      else response.write(`data: ${JSON.stringify(snapshot)}\n\n`);
    }, names);
    response.once('close', () => {
      this.#streams--;
      end();
    });
  }

  /** An order must be JSON, which no form of another page can send. */
  async #order(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return refuse(response, 405, 'orders are sent with POST');
    if (request.headers['content-type'] !== 'application/json') return refuse(response, 415, 'an order is application/json');
    if (request.headers.origin === undefined) return refuse(response, 403, 'an order comes from the page');
    const body = await readBody(request);
    if (body === undefined) return refuse(response, 413, `an order has at most ${BODY_BYTES} bytes`);
    try {
      const order = readOrder(parsed(body));
      if (this.#options.settings.readOnly && !isHarmless(order))
        return refuse(response, 403, 'the view is read-only: start it without --read-only');
      json(response, 200, await carryOut(this.#options.actions, order));
    } catch (error) {
      const status = error instanceof UsageError ? 400 : error instanceof PlatformError ? 409 : 500;
      json(response, status, { error: messageOf(error), ...(error instanceof PlatformError ? { hint: error.hint } : {}) });
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('the order is no JSON', 'send a JSON object');
  }
}

/** The body; undefined where it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const json = (response: ServerResponse, status: number, value: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const refuse = (response: ServerResponse, status: number, error: string): void => {
  if (!response.headersSent) json(response, status, { error });
  else response.destroy();
};
