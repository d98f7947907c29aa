import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GATEWAY } from '@mesh-platform/kubernetes';
import { findInstance, instanceAt } from './instance.ts';
import { hierarchies, isVersion2 } from './node/control-groups.ts';

/** Resident bytes of the processes of an instance's node, its supervisor and every pod among them. */
export async function residentBytes(name: string): Promise<number> {
  const [, bytes] = /^(?:total_rss|anon) (\d+)$/m.exec(await readFile(await groupFile(name, 'memory', 'memory.stat'), 'utf8')) ?? [];
  return Number(bytes);
}

/** Processor time in seconds that the same processes have used. */
export async function cpuSeconds(name: string): Promise<number> {
  if (isVersion2(await hierarchies())) {
    const [, microseconds] = /^usage_usec (\d+)$/m.exec(await readFile(await groupFile(name, 'cpu', 'cpu.stat'), 'utf8')) ?? [];
    return Number(microseconds) / 1e6;
  }
  return Number(await readFile(await groupFile(name, 'cpuacct', 'cpuacct.usage'), 'utf8')) / 1e9;
}

/** A file of an instance's control group, in the hierarchy of a controller. */
async function groupFile(name: string, controller: string, file: string): Promise<string> {
  const all = await hierarchies();
  const own =
    all.find(({ controllers }) => controllers.split(',').includes(controller)) ?? all.find(({ controllers }) => controllers === '');
  return join(own?.folder ?? '', instanceAt(name, 0).cgroup, file);
}

/** Where the node of an instance is reached from this machine, and the port of it that the gateway has. */
export async function nodeAddress(name: string): Promise<{ readonly host: string; readonly gatewayPort: number }> {
  const instance = await findInstance(name);
  if (!instance) throw new Error(`there is no instance ${name}`);
  return { host: instance.link.node, gatewayPort: GATEWAY.ports.node };
}
