import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { timeLimit } from '@mesh-platform/kubernetes/time-limits';
import type { Instance } from '../instance.ts';
import { controlSocket, type NodeStatus } from './plan.ts';

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
