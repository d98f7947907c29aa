import { connect, createServer, type Server } from 'node:net';
import { PlatformError } from '@mesh-platform/kubernetes';
import { type Listener, listenerAt } from '../../process/listeners.ts';

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
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') listenerAt(port).then((holder) => reject(portTaken(port, holder ?? 'somebody')), reject);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** Who holds a port that the node needs, and what to do. */
export function portTaken(port: number, holder: Listener | 'somebody'): PlatformError {
  const who = holder === 'somebody' ? 'another user’s program' : `process ${holder.pid} (${holder.program})`;
  const end = holder === 'somebody' ? `end that program (ss -ltnp 'sport = :${port}' names it)` : `end it (kill ${holder.pid})`;
  return new PlatformError(
    `port ${port} of 127.0.0.1 is taken by ${who}`,
    `${end}, or use ./platform up --instance NAME, which has ports of its own`,
  );
}
