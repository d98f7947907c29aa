import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GATEWAY } from '@mesh-platform/kubernetes/istio-names';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes/platform-error';
import { timeLimit } from '@mesh-platform/kubernetes/time-limits';
import { withLock } from '../../process/lock.ts';
import { type Instance, instanceAt, slotLock, supervisorLock } from '../instance.ts';
import { ComponentRunner } from './component-runner.ts';
import { components } from './components.ts';
import { ControlServer } from './control.ts';
import { delegateControlGroup, enterControlGroup, removeControlGroup } from './control-groups.ts';
import { forward, fromOwnUser } from './forward.ts';
import { addHostRoutes, removeHostRoutes } from './host-routes.ts';
import { layout } from './layout.ts';
import { lastError, rotateLogs } from './log-files.ts';
import { startNamespaces } from './namespaces.ts';
import { logFolder, type NodePlan, planFile } from './plan.ts';
import { prepareFiles } from './prepare-files.ts';
import { apiServerReady, nodeReady } from './readiness.ts';
import { removeRunMark, writeRunMark } from './run-mark.ts';

const LISTEN_MS = 5_000;
const LOCK = { timeout: timeLimit(30_000) } as const;
const LOOK_AT_LOGS_MS = 30_000;

// Nothing here imports a Kubernetes client: to load one takes half a second, for which the node would wait.

/**
 * Keeps one node running and forwards its ports to the host's loopback. The node lives exactly as long as this process:
 * the kernel ends the node's first process with it, and with that one everything inside.
 */
async function supervise(name: string, slot: number): Promise<void> {
  const instance = instanceAt(name, slot);
  const withLocks = (work: () => Promise<void>) => withLock(supervisorLock(instance), LOCK, () => withLock(slotLock(slot), LOCK, work));
  await withLocks(async () => {
    const plan = JSON.parse(await readFile(planFile(instance), 'utf8')) as NodePlan;
    const control = await ControlServer.listen(instance);
    try {
      await runNode(plan, control);
    } catch (error) {
      control.update({
        phase: 'failed',
        failure: { message: messageOf(error), ...(error instanceof PlatformError ? { hint: error.hint } : {}) },
      });
      // A failure within milliseconds would be over before `up` has connected and could hear of it.
      await Promise.race([control.firstClient, pause(LISTEN_MS)]);
      throw error;
    } finally {
      await control.close();
      await rm(planFile(instance), { force: true });
    }
  });
}

async function runNode(plan: NodePlan, control: ControlServer): Promise<void> {
  const { instance } = plan;
  await mkdir(logFolder(instance), { recursive: true });
  let init: number | undefined;
  // Ports first: a taken one must end the start before anything else runs.
  const servers = await Promise.all([
    forward(instance.ports.gateway, () => ({ host: instance.link.node, port: GATEWAY.ports.node })),
    forward(instance.ports.api, () => ({ host: instance.link.node, port: layout.apiPort })),
    // It authenticates no client, so it listens on a socket that no other user of this machine can open.
    forward(instance.ports.registry, () => ({ path: `/proc/${init}/root${layout.registry}` }), fromOwnUser),
  ]);
  await prepareFiles(plan);
  await writeRunMark(instance);
  await removeControlGroup(instance.cgroup); // what a killed predecessor left empty
  const leaveControlGroup = await enterControlGroup(instance.cgroup);
  const node = await startNamespaces(plan);
  init = node.init;
  const rotation = setInterval(() => rotateLogs(logFolder(instance)).catch(console.error), LOOK_AT_LOGS_MS);
  let orderly = true;
  const runner = new ComponentRunner(node.init, logFolder(instance), (states) => control.update({ components: states }));
  try {
    await addHostRoutes(instance, plan.root);
    await delegateControlGroup(instance.cgroup);
    control.update({ init: node.init });
    const ended = node.ended.then(() => Promise.reject(new Error('the node’s first process has ended')));
    const stopped = control.stopRequested.then(() => 'stopped' as const);
    const ready = startComponents(instance, runner).then(() => 'ready' as const);
    const outcome = await Promise.race([ready, runner.failure, ended, stopped]);
    if (outcome === 'stopped') return;
    control.update({ phase: 'running' });
    orderly = false;
    // A component that fails from here on shows in the status, and the next `up` restarts the node.
    await Promise.race([ended, stopped]);
    orderly = true;
  } finally {
    control.update({ phase: 'stopping' });
    clearInterval(rotation);
    runner.stop();
    await node.kill();
    for (const server of servers) server.close();
    await removeHostRoutes(instance, plan.root);
    if (orderly) await removeRunMark(instance);
    await leaveControlGroup();
    await removeControlGroup(instance.cgroup);
  }
}

/** Those that need the API server start when it is ready: earlier, each would spend its time on failing. Resolves when the node is Ready. */
async function startComponents(instance: Instance, runner: ComponentRunner): Promise<void> {
  const [etcd, containerd, apiServer, ...rest] = components(instance);
  for (const component of [etcd, containerd, apiServer]) if (component) runner.start(component);
  await apiServerReady(instance);
  for (const component of rest) runner.start(component);
  await nodeReady(instance).catch((cause) => {
    const folder = logFolder(instance);
    throw new PlatformError(`${messageOf(cause)}: ${lastError(folder, 'kubelet')}`, `see ${join(folder, 'kubelet.log')}`, { cause });
  });
}

const [, , name = '', slot = ''] = process.argv;
supervise(name, Number(slot)).then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
