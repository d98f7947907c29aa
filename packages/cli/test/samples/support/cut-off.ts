import { type RunningTarget, run } from '@mesh-platform/targets';
import { instanceName } from '../../support/platform.ts';
import { nodeProcesses } from '../../support/processes.ts';
import { processesOf } from '../../support/processes-of.ts';
import { podsOf } from './disturbing.ts';

/**
 * Lets nothing that the pods of a service send reach the pods of another: what they have open hangs, as where a cable is pulled.
 * Returns the function that undoes it.
 */
export async function cutOff(target: RunningTarget, service: string, from: string): Promise<() => Promise<void>> {
  const addresses = (await podsOf(target, from)).map(({ status }) => `${status?.podIP}/32`);
  const [pod] = await podsOf(target, service);
  const [inside] = await processesOf(pod?.metadata?.uid ?? '', 'envoy');
  const ofNode = (await nodeProcesses(instanceName())).find(({ name }) => name === 'kubelet');
  // The pod's network, with the programs of the node: a machine need not have `ip`.
  const namespaces = [`--net=/proc/${inside}/ns/net`, `--mount=/proc/${ofNode?.pid}/ns/mnt`];
  const route = (verb: 'add' | 'del') =>
    Promise.all(addresses.map((to) => run('nsenter', [...namespaces, '/sbin/ip', 'route', verb, 'blackhole', to], { timeout: 10_000 })));
  await route('add');
  return async () => {
    await route('del');
  };
}
