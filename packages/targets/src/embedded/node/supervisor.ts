import { mkdir, readFile, rm } from 'node:fs/promises';
import { withLock } from '../../process/lock.ts';
import { messageOf, PlatformError } from '../../process/platform-error.ts';
import { instanceAt } from '../instance.ts';
import { ComponentRunner } from './component-runner.ts';
import { components } from './components.ts';
import { enterControlGroup, moveIntoLeaf, removeControlGroup } from './control-groups.ts';
import { ControlServer } from './control-server.ts';
import { forward } from './forward.ts';
import { layout } from './layout.ts';
import { startNamespaces } from './namespaces.ts';
import { logFolder, type NodePlan, planFile } from './plan.ts';
import { prepareFiles } from './prepare-files.ts';
import { apiServerReady } from './readiness.ts';

/**
 * Keeps one node running and forwards its ports to the host's loopback. The node lives exactly as long as this process:
 * the kernel ends the node's first process with it, and with that one everything inside.
 */
async function supervise(name: string, slot: number): Promise<void> {
  const instance = instanceAt(name, slot);
  await withLock(`supervisor/${name}`, { timeout: 5_000 }, async () => {
    const plan = JSON.parse(await readFile(planFile(instance), 'utf8')) as NodePlan;
    const control = await ControlServer.listen(instance);
    try {
      await runNode(plan, control);
    } catch (error) {
      control.update({
        phase: 'failed',
        failure: { message: messageOf(error), ...(error instanceof PlatformError ? { cure: error.cure } : {}) },
      });
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
  // Ports first: a taken one must end the start before anything else runs.
  const servers = await Promise.all([
    forward(instance.ports.gateway, { host: instance.link.node, port: layout.gatewayNodePort }),
    forward(instance.ports.api, { host: instance.link.node, port: layout.apiPort }),
  ]);
  await prepareFiles(plan);
  await removeControlGroup(instance.cgroup); // what a killed predecessor left empty
  const leaveControlGroup = await enterControlGroup(instance.cgroup);
  const node = await startNamespaces(plan);
  try {
    await moveIntoLeaf(instance.cgroup, [process.pid, node.init]);
    control.update({ init: node.init });
    const runner = new ComponentRunner(node.init, logFolder(instance), (states) => control.update({ components: states }));
    const [etcd, containerd, apiServer, ...rest] = components(instance.link.node);
    for (const component of [etcd, containerd, apiServer]) if (component) runner.start(component);
    await Promise.race([apiServerReady(instance), runner.failure, node.ended, control.stopRequested]);
    for (const component of rest) runner.start(component);
    control.update({ phase: 'running' });
    await Promise.race([node.ended.then(() => Promise.reject(new Error('the node’s first process has ended'))), control.stopRequested]);
    control.update({ phase: 'stopping' });
    runner.stop();
  } finally {
    await node.kill();
    for (const server of servers) server.close();
    await leaveControlGroup();
    await removeControlGroup(instance.cgroup);
  }
}

const [, , name = '', slot = ''] = process.argv;
supervise(name, Number(slot)).then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
