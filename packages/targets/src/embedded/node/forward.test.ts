import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { PlatformError } from '@mesh-platform/kubernetes';
import { expect, onTestFinished, test, vi } from 'vitest';
import { run } from '../../process/run.ts';
import { forward, fromOwnUser } from './forward.ts';

const host = '127.0.0.1';
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function closeLater(server: Server): Server {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return server;
}

/** What the node does with a connection. */
async function upstream(onConnection: (socket: Socket) => void): Promise<number> {
  const server = closeLater(createServer({ allowHalfOpen: true }, (socket) => onConnection(socket.on('error', () => {}))));
  server.listen(0, host);
  await once(server, 'listening');
  return portOf(server);
}

const forwarded = async (port: number): Promise<Server> => closeLater(await forward(0, () => ({ host, port })));

function client(server: Server): Socket {
  const socket = connect({ host, port: portOf(server), allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Everything until the other side's half of the connection ends; `for await` would end this side's as well. */
function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.once('end', () => resolve(text)).once('error', reject);
    socket.once('close', () => reject(new Error('closed before its end')));
  });
}

test('bytes pass both ways', async () => {
  const socket = client(await forwarded(await upstream((node) => node.pipe(node))));
  const large = 'x'.repeat(3_000_000);
  socket.end(large);
  expect(await readAll(socket)).toBe(large);
});

test('a client that has finished sending still gets its answer', async () => {
  const port = await upstream(async (node) => {
    const question = await readAll(node); // ends only with the client's half of the connection
    node.end(`you sent ${question}`);
  });
  const socket = client(await forwarded(port));
  socket.end('hello');
  expect(await readAll(socket)).toBe('you sent hello');
});

test('a node that has finished sending still receives from the client', async () => {
  let heard: (text: string) => void = () => {};
  const received = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const port = await upstream(async (node) => {
    node.end('go on');
    heard(await readAll(node));
  });
  const socket = client(await forwarded(port));
  expect(await readAll(socket)).toBe('go on');
  socket.end('more');
  expect(await received).toBe('more');
});

test('a slow client gets the end of the answer although the node has closed by then', async () => {
  const server = await forwarded(await upstream((node) => node.resume().on('end', () => node.end('the whole answer'))));
  const accepted = once(server, 'connection') as Promise<[Socket & { _write: Socket['_write'] }]>;
  const socket = client(server);
  const [near] = await accepted;
  const write = near._write.bind(near);
  let goOn: () => void = () => {};
  near._write = (...chunk) => {
    goOn = () => write(...chunk); // as if the client's buffers were full
  };
  socket.end('question');
  await vi.waitFor(() => expect(near.writableEnded).toBe(true), { timeout: 5_000, interval: 5 });
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate); // the far connection closes now
  goOn();
  expect(await readAll(socket)).toBe('the whole answer');
});

test('ends the node’s connection when the client breaks off', async () => {
  let ended: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const socket = client(await forwarded(await upstream((node) => node.resume().on('end', ended).write('hello'))));
  await once(socket, 'data');
  socket.resetAndDestroy();
  await closed;
});

test('ends the connection of a node that still answers when the client breaks off after its last byte', async () => {
  let ended: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const port = await upstream((node) => {
    const answer = () => void node.write('x'.repeat(10_000), (error) => error ?? setImmediate(answer));
    node.resume().on('end', answer).on('close', ended);
  });
  const socket = client(await forwarded(port));
  socket.end('question');
  await once(socket, 'data');
  socket.resetAndDestroy();
  await closed;
});

test('resets the client’s connection when the node breaks off', async () => {
  const socket = client(await forwarded(await upstream((node) => node.once('data', () => node.resetAndDestroy()))));
  socket.write('hello');
  const [error] = await once(socket, 'error');
  expect(error.code).toBe('ECONNRESET');
});

test('where the node refuses, the client’s connection is reset', async () => {
  const gone = createServer().listen(0, host);
  await once(gone, 'listening');
  const port = portOf(gone);
  await new Promise((resolve) => gone.close(resolve));
  const socket = client(await forwarded(port));
  const [error] = await once(socket, 'error');
  expect(error.code).toBe('ECONNRESET');
});

test('only the loopback of this machine can connect', async () => {
  expect((await forwarded(1)).address()).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
});

test('where only one user may connect, resets the connection of another user', async () => {
  const port = await upstream((node) => node.end('welcome'));
  const server = closeLater(await forward(0, () => ({ host, port }), fromOwnUser));
  const otherUser = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const connecting = `read -r line 2>/dev/null </dev/tcp/${host}/${portOf(server)} || echo refused`;
  expect(await run('setpriv', [...otherUser, 'bash', '-c', connecting], { timeout: 30_000 })).toBe('refused\n');
  expect(await run('bash', ['-c', connecting.replace('|| echo refused', '; echo $line')], { timeout: 30_000 })).toBe('welcome\n');
});

/** What a process of another user reads when it connects from that address and port: it becomes that user when it has started. */
const readAsOtherUser = (port: number, localAddress: string, localPort: number): Promise<string> => {
  const program = `
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    require('node:net').connect(${JSON.stringify({ host, port, localAddress, localPort })})
      .on('data', (data) => console.log(String(data))).on('error', ({ code }) => console.log(code));`;
  return run(process.execPath, ['-e', program], { timeout: 30_000 });
};

test('another user is refused who connects from the same port of another loopback address while the owner is connected', async () => {
  const port = await upstream((node) => node.write('welcome'));
  const server = closeLater(await forward(0, () => ({ host, port }), fromOwnUser));
  const owner = client(server);
  await once(owner, 'data');
  expect(await readAsOtherUser(portOf(server), '127.0.0.2', owner.localPort ?? 0)).toBe('ECONNRESET\n');
});

test('the user is admitted from every loopback address, through a socket of IPv6 too', async () => {
  const port = await upstream((node) => node.end('welcome'));
  const server = closeLater(await forward(0, () => ({ host, port }), fromOwnUser));
  for (const from of [{ host, localAddress: '127.0.0.2' }, { host: '::ffff:127.0.0.1' }]) {
    const socket = connect({ ...from, port: portOf(server), allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    expect(await readAll(socket)).toBe('welcome');
  }
});

test('names a port that is taken, with a hint', async () => {
  const other = closeLater(createServer()).listen(0, host);
  await once(other, 'listening');
  const taken = forward(portOf(other), () => ({ host, port: 1 }));
  await expect(taken).rejects.toBeInstanceOf(PlatformError);
  await expect(taken).rejects.toMatchObject({
    message: expect.stringMatching(new RegExp(`^port ${portOf(other)} of 127.0.0.1 is taken by process ${process.pid} \\(.*node`)),
    hint: expect.stringContaining('--instance'),
  });
});
