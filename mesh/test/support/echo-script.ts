// Runs inside each pod of the pool, as text. It answers with its version on the
// port of its protocol, and takes orders on the control port, which no proxy stands before.
import { createServer, get, request as httpRequest } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect as connectTcp, createServer as createTcpServer } from 'node:net';
import { type End, firstWord, type Settle } from '@mesh-platform/kubernetes/first-word';
import type { Order, Seen } from './pool.ts';

const VERSION = process.env.VERSION ?? '';
const POLL_MS = 50;
const READY_MS = 30_000;
const ADMIN = 'http://127.0.0.1:15000';

const serve: Record<string, () => void> = {
  // It outlives the proxy's connection, or one that it closes when a POST arrives makes a 503 that is not retried.
  http: () => createServer({ keepAliveTimeout: 120_000 }, (_request, response) => response.end(VERSION)).listen(8080),
  grpc: () =>
    createHttp2Server()
      .on('stream', (stream) => {
        stream.on('error', () => {});
        stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'x-version': VERSION }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.resume();
        stream.end();
      })
      .listen(9090),
  tcp: () =>
    createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(VERSION));
    }).listen(5432),
};
serve[process.env.PROTOCOL ?? '']?.();

const send: Record<Order['kind'], (order: Order, settle: Settle) => End> = {
  http({ host, port, method, path, headers }, settle) {
    const request = httpRequest({ host, port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => settle(response.statusCode === 200 ? `version ${body}` : `status ${response.statusCode}`));
      response.on('error', () => settle('closed'));
    });
    request.on('error', () => settle('closed'));
    request.end();
    return () => request.destroy();
  },
  grpc({ host, port, path, headers }, settle) {
    const session = connectHttp2(`http://${host}:${port}`);
    session.on('error', () => settle('closed'));
    const call = session.request({ ...headers, ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' });
    let version = '';
    let word = 'closed';
    call.on('response', (answer) => {
      version = String(answer['x-version'] ?? '');
      word = answer['grpc-status'] === undefined ? `status ${answer[':status']}` : `grpc ${answer['grpc-status']}`;
    });
    call.on('trailers', (trailers) => {
      word = trailers['grpc-status'] === '0' ? `version ${version}` : `grpc ${trailers['grpc-status']}`;
    });
    call.on('error', () => settle('closed'));
    call.on('close', () => settle(word));
    call.resume();
    call.end(Buffer.alloc(5));
    return () => session.destroy();
  },
  tcp({ host, port }, settle) {
    const socket = connectTcp({ host, port }, () => socket.write('hello'));
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('utf8');
    });
    socket.on('error', () => settle('closed'));
    socket.on('close', () => settle(answer ? `version ${answer}` : 'closed'));
    return () => socket.destroy();
  },
};

const wordFor = (order: Order): Promise<string> => firstWord((settle) => send[order.kind](order, settle));

/** Repeats an order until every word that is waited for has been seen, at least and at most so many times. */
async function carryOut(order: Order): Promise<Seen> {
  const seen: Record<string, number> = {};
  for (let count = 0; count < order.most; count++) {
    const done = order.until.every((word) => seen[word] !== undefined);
    if (done && count >= order.least) break;
    const word = await wordFor(order);
    seen[word] = (seen[word] ?? 0) + 1;
  }
  return seen;
}

const admin = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(`${ADMIN}${path}`, { agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
      response.on('error', reject);
    }).on('error', reject);
  });

/** Connections that were open when the policies changed live on under the old ones, until the proxy has drained them. */
async function isDraining(): Promise<boolean> {
  const stats = await admin('/stats?filter=listener_manager.total_(listeners|filter_chains)_draining').catch(() => '');
  return stats === '' || /: [1-9]/.test(stats);
}

/** Waits until this pod's own proxy has the policies of a round, and of no other. */
async function syncedWith(round: string, hasRoutes: boolean): Promise<string> {
  const until = Date.now() + READY_MS;
  for (;;) {
    const dump = await admin('/config_dump').catch(() => '');
    const marks = new Set([...dump.matchAll(/round-[a-z0-9]+-[a-z0-9]+/g)].map(([mark]) => mark));
    const complete = marks.has(`${round}-l`) && (!hasRoutes || marks.has(`${round}-r`));
    if (complete && [...marks].every((mark) => mark.startsWith(`${round}-`)) && !(await isDraining())) return '';
    if (Date.now() > until) return `after ${READY_MS} ms the proxy has ${[...marks].join(', ') || 'no round'}, not ${round}`;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The number of TCP connections that this pod's proxy denied because of a policy. */
async function refusedConnections(): Promise<number> {
  const stats = await admin('/stats?filter=tcp.*rbac.*denied$');
  return [...stats.matchAll(/: (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}

const control: Record<string, (query: URLSearchParams) => Promise<unknown>> = {
  '/alive': async () => VERSION,
  '/ready': async (query) => syncedWith(query.get('round') ?? '', query.get('routes') === 'true'),
  '/refused': refusedConnections,
  '/orders': async (query) => {
    const seen: Seen[] = [];
    for (const order of JSON.parse(query.get('orders') ?? '[]') as Order[]) seen.push(await carryOut(order));
    return seen;
  },
};

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://pod');
  const answer = control[pathname];
  if (!answer) response.writeHead(404).end();
  else
    answer(searchParams).then(
      (value) => response.end(JSON.stringify(value)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
}).listen(7070);
