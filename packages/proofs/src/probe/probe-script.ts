// Runs inside the probe's pod, as text. Prints a result for each of the attempts that are its argument.
import { request as requestHttp } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { type End, firstWord, type Settle } from '@mesh-platform/kubernetes/first-word';
import type { Attempt } from './attempt.ts';

const UNTIL_MS = 40_000;
const BETWEEN_MS = 200;
/** The SSLRequest of the PostgreSQL protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const EMPTY_GRPC_MESSAGE = Buffer.alloc(5);

const closed = (error: Error & { code?: string }): string => `closed: ${error.code ?? error.message}`;

const starters = {
  http(attempt: Attempt, settle: Settle): End {
    const { host, port, path = '/', method = 'GET', headers = {} } = attempt;
    const request = requestHttp({ host, port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', (error) => settle(closed(error)));
      response.on('end', () => settle(attempt.body ? `${response.statusCode} ${text}` : String(response.statusCode)));
    });
    request.on('error', (error) => settle(closed(error)));
    request.end();
    return () => request.destroy();
  },
  grpc(attempt: Attempt, settle: Settle): End {
    const { issuers } = attempt;
    const session = connectHttp2(`${issuers ? 'https' : 'http'}://${attempt.host}:${attempt.port}`, issuers ? { ca: issuers } : {});
    session.on('error', (error) => settle(closed(error)));
    const call = session.request({
      ':method': 'POST',
      ':path': attempt.path ?? '/',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...attempt.headers,
    });
    let result = 'closed';
    call.on('response', (headers) => {
      result = headers['grpc-status'] === undefined ? `http ${headers[':status']}` : `grpc-status ${headers['grpc-status']}`;
    });
    call.on('trailers', (trailers) => {
      result = `grpc-status ${trailers['grpc-status']}`;
    });
    let text = '';
    call.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    call.on('error', (error) => settle(closed(error)));
    call.on('close', () => settle(attempt.body ? `${result} ${text}` : result));
    call.end(EMPTY_GRPC_MESSAGE);
    return () => session.destroy();
  },
  postgres(attempt: Attempt, settle: Settle): End {
    const socket = connect({ host: attempt.host, port: attempt.port }, () => socket.write(SSL_REQUEST));
    socket.on('data', (data) => settle(`answer ${data.toString('latin1')}`));
    socket.on('error', (error) => settle(closed(error)));
    socket.on('close', () => settle('closed'));
    return () => socket.destroy();
  },
  tls(attempt: Attempt, settle: Settle): End {
    const { host, port, issuers = '' } = attempt;
    const socket = connectTls({ host, port, ca: issuers, checkServerIdentity: () => undefined }, () => {
      const { subjectaltname = '', valid_to: validTo, issuer } = socket.getPeerCertificate();
      settle(`${subjectaltname.replace(/^URI:/, '')}, until ${new Date(validTo).toISOString()}, issued by ${issuer.O}`);
    });
    socket.on('error', (error) => settle(closed(error)));
    socket.on('close', () => settle('closed'));
    return () => socket.destroy();
  },
};

const resultOf = (attempt: Attempt): Promise<string> => firstWord((settle) => starters[attempt.kind](attempt, settle));

async function resultUntil(attempt: Attempt, wanted: readonly string[]): Promise<string> {
  const end = performance.now() + UNTIL_MS;
  const first = await resultOf(attempt);
  let last = first;
  while (!wanted.includes(last) && performance.now() < end) {
    await pause(BETWEEN_MS);
    last = await resultOf(attempt);
  }
  return `${first}, then ${last}`;
}

const results: string[] = [];
for (const attempt of JSON.parse(process.argv[1] ?? '[]') as Attempt[])
  results.push(await (attempt.until ? resultUntil(attempt, attempt.until) : resultOf(attempt)));
console.log(JSON.stringify(results));
