import { connect, createServer, type Server, type Socket } from 'node:net';

export interface LockOptions {
  /** Milliseconds to wait for another holder. */
  readonly timeout: number;
  /** Called once, with the holder's process number, if somebody else holds the lock. */
  readonly onWait?: (pid: number) => void;
}

/**
 * Runs `work` while this process alone on the machine holds the name. The lock is an abstract socket: the kernel
 * frees it with its holder, however that ends, so there is no stale lock, and who waits is told by the closing connection.
 */
export async function withLock<T>(name: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const server = await acquire(`\0mesh-platform/${name}`, name, options);
  try {
    return await work();
  } finally {
    await release(server);
  }
}

/** How long a holder may take to say who it is. */
const LOOK_MS = 1_000;

/** The process that holds the name now; 0 where it does not say (it may be stopped), undefined where none does. */
export function holderOf(name: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(`\0mesh-platform/${name}`);
    let holder: number | undefined;
    const timer = setTimeout(() => socket.destroy(), LOOK_MS);
    socket
      .setEncoding('utf8')
      .on('connect', () => {
        holder = 0;
      })
      .on('data', (text: string) => {
        holder = Number(text);
        socket.destroy();
      })
      .on('error', () => {})
      .on('close', () => {
        clearTimeout(timer);
        resolve(holder);
      });
  });
}

const held = new Map<Server, Set<Socket>>();

async function acquire(address: string, name: string, { timeout, onWait }: LockOptions): Promise<Server> {
  const end = performance.now() + timeout;
  let told = false;
  for (;;) {
    const server = await listen(address);
    if (server) return server;
    const left = end - performance.now();
    if (left <= 0) throw new Error(`another process still holds '${name}' after ${timeout / 1000} s`);
    await untilReleased(address, left, (pid) => {
      if (!told) onWait?.(pid);
      told = true;
    });
  }
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<Socket>();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => {}).on('close', () => waiting.delete(socket));
      socket.write(`${process.pid}\n`);
    });
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(address, () => {
      held.set(server, waiting);
      server.unref();
      resolve(server);
    });
  });
}

function untilReleased(address: string, timeout: number, onHolder: (pid: number) => void): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const timer = setTimeout(() => socket.destroy(), timeout);
    socket.setEncoding('utf8').on('data', (text: string) => onHolder(Number(text)));
    socket
      .on('error', () => {})
      .on('close', () => {
        clearTimeout(timer);
        resolve();
      });
  });
}

function release(server: Server): Promise<void> {
  for (const socket of held.get(server) ?? []) socket.destroy();
  held.delete(server);
  return new Promise((resolve) => server.close(() => resolve()));
}
