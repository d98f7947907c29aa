import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type Cluster, PlatformError, type Pod } from '@mesh-platform/kubernetes';
import type { ServiceVersion } from '../services/service-versions.ts';
import { NAMESPACE } from '../services/topology.ts';
import { takesFiles } from './code-sync.ts';
import { INSPECTOR_PORT } from './supervised.ts';

/**
 * Listens on this machine's loopback until `signal`, and forwards each connection to the debugger of the version's newest pod, over
 * the API server. Throws PlatformError where the port is in use.
 */
export async function forwardDebugger(
  cluster: Pick<Cluster, 'list' | 'forward'>,
  { service, version }: Pick<ServiceVersion, 'service' | 'version'>,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket.once('close', () => connections.delete(socket)).on('error', () => {}));
    forward(socket).catch(() => socket.destroy()); // a debugger tries again: a pod may be starting
  });
  const forward = async (socket: Socket): Promise<void> => {
    const pods = await cluster.list<Pod>('v1', 'Pod', NAMESPACE, `app=${service},version=${version}`);
    const newest = pods.filter(takesFiles).toSorted((a, b) => createdAt(b) - createdAt(a))[0];
    if (!newest) throw new Error(`no pod of ${service} ${version} runs`);
    const stream = await cluster.forward(NAMESPACE, newest.metadata?.name ?? '', INSPECTOR_PORT);
    socket.once('close', () => stream.destroy());
    stream.once('close', () => socket.destroy()).on('error', () => {});
    if (socket.destroyed) stream.destroy();
    else socket.pipe(stream).pipe(socket);
  };
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause) => {
    throw new PlatformError(
      `the debugger of ${service}-${version} cannot listen on 127.0.0.1:${port}: ${cause.message}`,
      'end the process that uses the port: ss -ltnp shows it',
      { cause },
    );
  });
  signal.addEventListener('abort', () => {
    server.close();
    for (const socket of connections) socket.destroy();
  });
}

const createdAt = ({ metadata }: Pod): number => (metadata?.creationTimestamp ? new Date(metadata.creationTimestamp).getTime() : 0);
