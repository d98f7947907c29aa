import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listenerAt, socketAt, userOf } from './listeners.ts';

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const row = (local: string, state = '0A', inode = '4711') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000 100 0 0 10 0`;

test.each([
  ['127.0.0.1', '0100007F:7580'],
  ['every address', '00000000:7580'],
  ['every address of IPv6', '00000000000000000000000000000000:7580'],
])('a socket that listens at %s is found', (_, local) => {
  expect(socketAt([header, row('0100007F:1F90', '0A', '1'), row(local)].join('\n'), 30_080)).toBe('4711');
});

test.each([
  ['at another port', row('0100007F:7581')],
  ['at another address of this machine', row('0200000A:7580')],
  ['that is connected and does not listen', row('0100007F:7580', '01')],
])('a socket %s is none', (_, line) => {
  expect(socketAt(`${header}\n${line}`, 30_080)).toBeUndefined();
});

const connection = (local: string, remote: string, { state = '01', user = 1000, inode = '4711' } = {}) =>
  `${header}\n   1: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  ${user}        0 ${inode} 1 0000 20 4 30 10 -1`;

const client = { address: '127.0.0.1', port: 50_000 };
const server = { address: '127.0.0.1', port: 5_080 };
const mapped = (end: string) => `0000000000000000FFFF0000${end}`;

test.each([
  ['IPv4', connection('0100007F:C350', '0100007F:13D8')],
  ['IPv4 through a socket of IPv6', connection(mapped('0100007F:C350'), mapped('0100007F:13D8'))],
])('finds the user of a connection by the end of that user: %s', (_, table) => {
  expect(userOf(table, client, server)).toBe(1000);
  expect(userOf(table, server, client)).toBeUndefined(); // our own end
});

test.each([
  ['another client’s', connection('0100007F:C351', '0100007F:13D8')],
  ['one that comes from elsewhere', connection('0200000A:C350', '0100007F:13D8')],
  ['one from the same port of another loopback address', connection('0200007F:C350', '0100007F:13D8')],
  ['one to the same port of another loopback address', connection('0100007F:C350', '0200007F:13D8')],
  [
    'one that its process has half closed, which the kernel shows as root’s',
    connection('0100007F:C350', '0100007F:13D8', { state: '05', user: 0 }),
  ],
  [
    'one that waits for late packets, which the kernel shows as root’s',
    connection('0100007F:C350', '0100007F:13D8', { state: '06', user: 0 }),
  ],
  ['one that no process has open any more', connection('0100007F:C350', '0100007F:13D8', { user: 0, inode: '0' })],
])('finds no user of a connection that is %s', (_, table) => {
  expect(userOf(table, client, server)).toBeUndefined();
});

test('who listens is named by process and program', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  expect(await listenerAt(port)).toEqual({ pid: process.pid, program: expect.stringContaining('node') });
  await new Promise((resolve) => server.close(resolve));
  expect(await listenerAt(port)).toBeUndefined();
});
