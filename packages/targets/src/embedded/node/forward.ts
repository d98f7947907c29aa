import { connect, createServer, type Server } from 'node:net';
import { PlatformError } from '@mesh-platform/kubernetes';

/** Hands TCP connections to a loopback port of the host on to an address of the node. */
export function forward(port: number, to: { readonly host: string; readonly port: number }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
      const upstream = connect({ ...to, noDelay: true, allowHalfOpen: true });
      client.pipe(upstream);
      upstream.pipe(client);
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.resetAndDestroy());
      // What one side has sent to its end may still be on its way to the other; `pipe` ends that one afterwards.
      client.on('close', () => client.readableEnded || upstream.destroy());
      upstream.on('close', () => upstream.readableEnded || client.destroy());
    });
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? portTaken(port) : error));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const portTaken = (port: number): PlatformError =>
  new PlatformError(
    `port ${port} of 127.0.0.1 is taken by another program`,
    `end that program (ss -ltnp 'sport = :${port}' names it), or use ./platform up --instance NAME, which has ports of its own`,
  );
