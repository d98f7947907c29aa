import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GATEWAY } from '@mesh-platform/kubernetes';
import { findInstance, instanceAt } from './instance.ts';
import { hierarchies } from './node/control-groups.ts';

/** Resident bytes of the processes of an instance's node, its supervisor and every pod among them. */
export async function residentBytes(name: string): Promise<number> {
  const all = await hierarchies();
  const memory =
    all.find(({ controllers }) => controllers.split(',').includes('memory')) ?? all.find(({ controllers }) => controllers === '');
  const stat = await readFile(join(memory?.folder ?? '', instanceAt(name, 0).cgroup, 'memory.stat'), 'utf8');
  const [, bytes] = /^(?:total_rss|anon) (\d+)$/m.exec(stat) ?? [];
  return Number(bytes);
}

/** Where the node of an instance is reached from this machine, and the port of it that the gateway has. */
export async function nodeAddress(name: string): Promise<{ readonly host: string; readonly gatewayPort: number }> {
  const instance = await findInstance(name);
  if (!instance) throw new Error(`there is no instance ${name}`);
  return { host: instance.link.node, gatewayPort: GATEWAY.ports.node };
}
