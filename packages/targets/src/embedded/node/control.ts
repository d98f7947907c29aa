import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { timeLimit } from '@mesh-platform/kubernetes/time-limits';
import type { Instance } from '../instance.ts';
import { controlSocket, type NodeStatus } from './plan.ts';

/** Reports the node's status to each client, at once and at each change; the line `stop` asks for its end. Only root can connect. */
export class ControlServer {
  readonly stopRequested: Promise<void>;
  /** Resolves when a client has connected: the command that started the supervisor reads from then on. */
  readonly firstClient: Promise<void>;
  readonly #server: Server;
  readonly #file: string;
  readonly #clients = new Set<Socket>();
  #status: NodeStatus = { supervisor: process.pid, init: undefined, phase: 'starting', components: [] };
  #requestStop: () => void = () => {};
  #greeted: () => void = () => {};

  private constructor(file: string) {
    this.#file = file;
    this.stopRequested = new Promise((resolve) => {
      this.#requestStop = resolve;
    });
    this.firstClient = new Promise((resolve) => {
      this.#greeted = resolve;
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, this.#requestStop);
    this.#server = createServer((client) => this.#welcome(client));
  }

  /** The caller has the supervisor's lock, so a socket that is already there belongs to a dead one. */
  static async listen(instance: Instance): Promise<ControlServer> {
    const file = controlSocket(instance);
    await rm(file, { force: true });
    const server = new ControlServer(file);
    await new Promise<void>((resolve, reject) => server.#server.once('error', reject).listen(file, resolve));
    await chmod(file, 0o600);
    return server;
  }

  update(change: Partial<NodeStatus>): void {
    this.#status = { ...this.#status, ...change };
    for (const client of this.#clients) this.#report(client);
  }

  async close(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, this.#requestStop);
    for (const client of this.#clients) client.end();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await rm(this.#file, { force: true });
  }

  #welcome(client: Socket): void {
    this.#clients.add(client);
    this.#greeted();
    client.on('error', () => {}).on('close', () => this.#clients.delete(client));
    client.setEncoding('utf8').on('data', (text: string) => {
      if (text.split('\n').includes('stop')) this.#requestStop();
    });
    this.#report(client);
  }

  #report(client: Socket): void {
    client.write(`${JSON.stringify(this.#status)}\n`);
  }
}

/** A connection to a node's supervisor; undefined where none runs. */
export async function connectToSupervisor(instance: Instance): Promise<Socket | undefined> {
  const socket = connect(controlSocket(instance));
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });
}

/** Each status that the supervisor reports, the present one first, until it ends. */
export async function* statuses(socket: Socket): AsyncGenerator<NodeStatus> {
  socket.on('error', () => {});
  const lines = createInterface({ input: socket });
  socket.once('close', () => lines.close()); // a destroyed socket never emits 'end', and readline would wait for that
  for await (const line of lines) yield JSON.parse(line) as NodeStatus;
}

/** A supervisor reports the node's status as soon as a client connects; one that does not is stopped, or stuck. */
const ANSWER_MS = 15_000;

/** How the node is now; undefined where none runs, or where its supervisor does not answer. */
export async function nodeStatus(instance: Instance): Promise<NodeStatus | undefined> {
  const socket = await connectToSupervisor(instance);
  if (!socket) return undefined;
  const timer = setTimeout(() => socket.destroy(), timeLimit(ANSWER_MS));
  try {
    for await (const status of statuses(socket)) return status;
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
