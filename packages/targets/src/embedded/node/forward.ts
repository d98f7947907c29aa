import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { connectedUser, listenerAt, portTaken } from '../../process/listeners.ts';

type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** Hands TCP connections to a loopback port of the host on to an address of the node; those that `admits` does not, it resets. */
export function forward(port: number, to: () => Address, admits?: (client: Socket) => Promise<boolean>): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, async (client) => {
      client.on('error', () => {}); // its close follows
      if (admits && !(await admits(client))) client.resetAndDestroy();
      else if (!client.destroyed) join(client, connect({ ...to(), noDelay: true, allowHalfOpen: true } as NetConnectOpts));
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') listenerAt(port).then((holder) => reject(portTaken(port, holder ?? 'unknown')), reject);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function join(client: Socket, upstream: Socket): void {
  client.pipe(upstream);
  upstream.pipe(client);
  client.on('error', () => upstream.destroy());
  upstream.on('error', () => client.resetAndDestroy());
  // What one side has sent to its end may still be on its way to the other; `pipe` ends that one afterwards.
  client.on('close', () => client.readableEnded || upstream.destroy());
  upstream.on('close', () => upstream.readableEnded || client.destroy());
}

/** Whether a process of this process's user has the other end of a loopback connection. */
export async function fromOwnUser({ remoteAddress, remotePort, localAddress, localPort }: Socket): Promise<boolean> {
  if (!remoteAddress || !remotePort || !localAddress || !localPort) return false; // it is closed
  const [from, to] = [
    { address: remoteAddress, port: remotePort },
    { address: localAddress, port: localPort },
  ];
  return (await connectedUser(from, to)) === process.getuid?.();
}
