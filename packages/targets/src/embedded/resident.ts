import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { instanceAt } from './instance.ts';
import { hierarchies } from './node/control-groups.ts';

/** Bytes that the processes of an instance's node hold for themselves, its supervisor and every pod among them. */
export async function residentBytes(name: string): Promise<number> {
  const all = await hierarchies();
  const memory =
    all.find(({ controllers }) => controllers.split(',').includes('memory')) ?? all.find(({ controllers }) => controllers === '');
  const stat = await readFile(join(memory?.folder ?? '', instanceAt(name, 0).cgroup, 'memory.stat'), 'utf8');
  const [, bytes] = /^(?:total_rss|anon) (\d+)$/m.exec(stat) ?? [];
  return Number(bytes);
}
