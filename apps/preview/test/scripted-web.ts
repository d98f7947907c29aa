import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
}

/** An HTTP server in web's place that answers as a test scripts it, by method and path. */
export async function startScriptedWeb() {
  const script = { answers: {} as Record<string, Answer | Promise<Answer>>, requests: [] as ReceivedRequest[] };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    script.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    const route = `${method} ${url.split('?')[0]}`;
    const answer = await (script.answers[route] ?? { status: 404, json: { detail: `no answer for ${route}` } });
    const content = answer.json === undefined ? {} : { 'content-type': 'application/json' };
    response.writeHead(answer.status ?? 200, { ...content, ...answer.headers }).end(JSON.stringify(answer.json));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { script, url: `http://127.0.0.1:${address.port}`, stop };
}
