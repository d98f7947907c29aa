import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { StreamHttp } from './stream-http.ts';

const A_WHILE_MS = 2_000;

/** A stream as a pod connection has it: two halves, and not a socket. */
async function streamTo(answer: (path: string) => number | undefined): Promise<Duplex> {
  const server = createServer(async (request, response) => {
    const { url = '' } = request;
    const status = answer(url);
    if (status !== undefined) response.writeHead(status).end(`of ${url}${await text(request)}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  const [readable, writable] = [new PassThrough(), new PassThrough()];
  socket.pipe(readable);
  writable.pipe(socket);
  return Duplex.from({ readable, writable });
}

const soon = () => AbortSignal.timeout(A_WHILE_MS);

test('request after request goes over the one stream', async () => {
  const http = new StreamHttp(await streamTo(() => 200));
  expect(await http.get('/a', soon())).toBe('of /a');
  expect(await http.get('/b', soon())).toBe('of /b');
});

test('a request leaves nothing behind on the stream, which serves thousands of them', async () => {
  const stream = await streamTo(() => 200);
  const http = new StreamHttp(stream);
  const listeners = () => stream.eventNames().map((name) => [name, stream.listenerCount(name)]);
  await http.get('/a', soon());
  const before = listeners();
  for (let index = 0; index < 20; index++) await http.get('/b', soon());
  expect(listeners()).toEqual(before);
});

test('what is posted arrives whole, between two requests without a body', async () => {
  const http = new StreamHttp(await streamTo(() => 200));
  expect(await http.get('/a', soon())).toBe('of /a');
  expect(await http.post('/b', '{"long":"ü"}', soon())).toBe('of /b{"long":"ü"}');
  expect(await http.get('/c', soon())).toBe('of /c');
});

test('an answer that is no 200 is an error', async () => {
  const http = new StreamHttp(await streamTo(() => 503));
  await expect(http.get('/a', soon())).rejects.toThrow('GET /a: 503');
});

test('a request over a stream that has ended fails with the reason for the end', async () => {
  const stream = await streamTo(() => 200);
  const http = new StreamHttp(stream);
  stream.destroy(new Error('connection refused'));
  await expect(http.get('/a', AbortSignal.timeout(60_000))).rejects.toThrow('connection refused');
});

test('a request whose stream ends before it is answered fails', async () => {
  const stream = await streamTo(() => undefined);
  const http = new StreamHttp(stream);
  const asked = http.get('/a', AbortSignal.timeout(60_000));
  setTimeout(() => stream.destroy(new Error('the pod is gone')), 50);
  await expect(asked).rejects.toThrow('the pod is gone');
});

test('a request without an answer ends with its signal', async () => {
  const http = new StreamHttp(await streamTo(() => undefined));
  await expect(http.get('/a', AbortSignal.timeout(100))).rejects.toThrow('timeout');
});
