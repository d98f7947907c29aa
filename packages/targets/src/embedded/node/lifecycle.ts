import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformError, type Progress, runSteps, type Step, timeLimit, timeoutFactor, users } from '@mesh-platform/kubernetes';
import { keyOf } from '../../build/cache.ts';
import { exists } from '../../process/files.ts';
import { waitFor } from '../../process/wait.ts';
import type { Instance } from '../instance.ts';
import { components } from './components.ts';
import { configurationFiles } from './configuration-files.ts';
import { connectToSupervisor, nodeStatus, statuses } from './control.ts';
import { removeControlGroup } from './control-groups.ts';
import { prepareDurable } from './durable-folder.ts';
import { removeHostRoutes } from './host-routes.ts';
import { beginLog, lastError } from './log-files.ts';
import { initScript } from './namespaces.ts';
import { logFolder, type NodePlan, type NodeStatus, planFile } from './plan.ts';
import { removeRunMark, suddenEnd, supervisorOf } from './run-mark.ts';

const supervisorFile = fileURLToPath(new URL('supervisor.ts', import.meta.url));
const START_MS = 180_000;
const STOP_MS = 15_000;

/** What a node is made of. */
export interface NodeParts {
  readonly plan: Omit<NodePlan, 'instance' | 'revision' | 'timeoutFactor'>;
  /** The folder of the unpacked images that a new instance starts with; called only for a new instance. */
  readonly imageStore: () => Promise<string>;
}

/** A node whose first process runs. */
export interface StartedNode {
  readonly init: number;
  /** Resolves with its API server. */
  readonly ready: Promise<void>;
}

/** Starts the node where it does not run, or where it cannot stay. */
export async function ensureNode(instance: Instance, parts: NodeParts, progress: Progress): Promise<StartedNode> {
  const fixed = { revision: await revision(instance, parts.plan.pauseImage), timeoutFactor: timeoutFactor() };
  const plan = JSON.stringify({ instance, ...parts.plan, ...fixed } satisfies NodePlan);
  const kept = await keptNode(instance, plan, progress);
  if (kept) return kept;
  let supervisor!: Supervisor;
  let node!: StartedNode;
  const steps: readonly Step[] = [
    { name: 'what runs is stopped, and what was left is removed', run: () => stopNode(instance) },
    { name: 'the folder of its plan and its socket', run: () => mkdir(instance.run, { recursive: true, mode: 0o700 }) },
    { name: 'the folder of its images and documents', run: () => prepareDurable(instance, parts.imageStore, progress) },
    { name: 'the folder of its logs', run: () => mkdir(logFolder(instance), { recursive: true }) },
    { name: 'the plan is written', run: () => writeFile(planFile(instance), plan) },
    { name: 'the supervisor is started', run: () => (supervisor = startSupervisor(instance)) },
    { name: 'the first process runs', run: async () => (node = await followed(instance, supervisor, progress)) },
  ];
  await runSteps(steps, progress);
  return node;
}

/** The node that runs, if it can stay; otherwise prints why it starts. */
async function keptNode(instance: Instance, plan: string, progress: Progress): Promise<StartedNode | undefined> {
  const status = await nodeStatus(instance);
  if (status?.phase === 'running' && status.init) {
    const reason = await restartReason(instance, status, plan);
    if (!reason) return { init: status.init, ready: Promise.resolve() };
    progress.print(reason);
  } else {
    const end = status ? 'a start of the node was broken off' : await suddenEnd(instance);
    if (end) progress.print(`repaired: ${end}; it restarts on its documents`);
  }
  return undefined;
}

/** Resolves when the supervisor has started the node's first process; the step goes on until the node is ready. */
async function followed(instance: Instance, supervisor: Supervisor, progress: Progress): Promise<StartedNode> {
  const { promise: init, resolve: onInit } = Promise.withResolvers<number>();
  const ready = progress
    .step('the node starts', (note) => followStart(instance, supervisor, onInit, note))
    .catch(async (error) => {
      await stopNode(instance).catch(() => {}); // nothing of a failed start stays
      throw error;
    });
  ready.catch(() => {});
  return { init: await Promise.race([init, ready.then(() => init)]), ready };
}

/** Does the work while all of the node's components go on; fails when the node ends, and with the last output of one that fails. */
export async function whileComplete<T>(instance: Instance, work: Promise<T>): Promise<T> {
  const socket = await connectToSupervisor(instance);
  if (!socket) return work;
  const lost = async () => {
    for await (const { components: states } of statuses(socket)) {
      const name = states.find(({ state }) => state === 'failed')?.name;
      if (name)
        throw new PlatformError(
          `${name} ended too often: ${lastError(logFolder(instance), name)}`,
          `see ${logFolder(instance)}/${name}.log`,
        );
    }
    throw new PlatformError(`the node of '${instance.name}' has ended`, 'bring it up again: ./platform up reports what it repairs');
  };
  try {
    return await Promise.race([work, lost()]);
  } finally {
    socket.destroy();
  }
}

/** Why a running node cannot stay, as a message; undefined where it can. */
async function restartReason(instance: Instance, { components: states }: NodeStatus, plan: string): Promise<string | undefined> {
  const lost = states.filter(({ state }) => state === 'failed').map(({ name }) => name);
  if (lost.length > 0) return `repaired: ${lost.join(', ')} had ended too often; the node restarts`;
  return (await readFile(planFile(instance), 'utf8').catch(() => '')) === plan
    ? undefined
    : 'the node restarts: this checkout pins, or up --refresh has brought, other versions than it runs, or its time limits have another factor';
}

async function revision(instance: Instance, pauseImage: string): Promise<string> {
  const commands = components(instance).map(({ command }) => command.join(' '));
  return keyOf(
    ...commands,
    String(users.postgres),
    ...configurationFiles(instance.link.node, pauseImage).values(),
    await readFile(initScript),
  );
}

function startSupervisor(instance: Instance): Supervisor {
  const file = join(logFolder(instance), 'supervisor.log');
  beginLog(file);
  const log = openSync(file, 'a');
  const child = spawn(process.execPath, [supervisorFile, instance.name, String(instance.slot)], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
  });
  child.unref();
  closeSync(log);
  return { log: file, hasEnded: () => child.exitCode !== null || child.signalCode !== null };
}

interface Supervisor {
  readonly log: string;
  readonly hasEnded: () => boolean;
}

async function followStart(
  instance: Instance,
  { log, hasEnded }: Supervisor,
  onInit: (init: number) => void,
  note: (detail: string) => void,
): Promise<void> {
  const lastLines = async () => (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n');
  const connection = async () => (await connectToSupervisor(instance)) ?? (hasEnded() ? null : undefined);
  const socket = await waitFor('the supervisor', connection, { timeout: 60_000, every: 30 });
  if (!socket) throw new PlatformError(`the node's supervisor ended at once: ${await lastLines()}`, `see ${log}`);
  const timer = setTimeout(() => socket.destroy(), timeLimit(START_MS));
  try {
    for await (const status of statuses(socket)) {
      if (status.init) onInit(status.init);
      if (status.failure) throw new PlatformError(status.failure.message, status.failure.hint ?? `see ${log}`);
      if (status.phase === 'running') return;
      note(startingNote(status));
    }
    throw new PlatformError(`the node did not start: ${await lastLines()}`, `see the logs in ${logFolder(instance)}`);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

const startingNote = ({ components }: NodeStatus): string =>
  components.map(({ name, restarts }) => (restarts > 0 ? `${name} (${restarts} restarts)` : name)).join(', ');

/** Asks the supervisor to end and waits until it has; gives whether one ran. */
export async function stopNode(instance: Instance): Promise<boolean> {
  const socket = await connectToSupervisor(instance);
  if (!socket) {
    await clearRemains(instance);
    return false;
  }
  let pid: number | undefined;
  const kill = async () => {
    pid ??= await supervisorOf(instance);
    if (pid) process.kill(pid, 'SIGKILL');
  };
  const timer = setTimeout(kill, (await nodeStatus(instance)) ? timeLimit(STOP_MS) : 0); // one that does not answer will not stop either
  socket.write('stop\n');
  for await (const status of statuses(socket)) pid = status.supervisor;
  clearTimeout(timer);
  // The socket closes a moment before the process ends.
  await waitFor('the supervisor to end', async () => (pid && (await exists(`/proc/${pid}`)) ? undefined : true), {
    timeout: STOP_MS,
    every: 20,
  });
  await clearRemains(instance); // it had to be killed
  return true;
}

/** What a killed supervisor left on the host: an empty control group, routes, the mark. The kernel has removed the rest. */
async function clearRemains(instance: Instance): Promise<void> {
  await removeControlGroup(instance.cgroup);
  const [, root] = /"root":"([^"]+)"/.exec(await readFile(planFile(instance), 'utf8').catch(() => '')) ?? [];
  if (root && (await exists(root))) await removeHostRoutes(instance, root); // without a plan no node has run since the machine started
  await rm(planFile(instance), { force: true });
  await removeRunMark(instance);
}
