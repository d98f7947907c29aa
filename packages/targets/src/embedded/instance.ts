import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import { runFolder, stateFolder } from '../places.ts';
import { withLock } from '../process/lock.ts';

const SLOTS = 64;
const NAME = /^[a-z][a-z0-9-]{0,19}$/;

/** One embedded node on this machine, with ports, addresses and folders of its own. */
export interface Instance {
  readonly name: string;
  readonly slot: number;
  /** On the host's loopback. */
  readonly ports: { readonly gateway: number; readonly api: number };
  /** The two ends of the link between host and node, a /30 of link 172.31.255.0/24. */
  readonly link: { readonly device: string; readonly host: string; readonly node: string };
  readonly cgroup: string;
  readonly state: string;
  readonly run: string;
}

/** Ports and addresses follow from the slot; slot 0 has the ports that the documentation names. */
export function instanceAt(name: string, slot: number): Instance {
  return {
    name,
    slot,
    ports: { gateway: 30080 + slot, api: 6443 + slot },
    link: { device: `mesh${slot}`, host: `172.31.255.${4 * slot + 1}`, node: `172.31.255.${4 * slot + 2}` },
    cgroup: `mesh-platform/${name}`,
    state: join(stateFolder(), name),
    run: join(runFolder, name),
  };
}

/** Fails with a sentence where the name cannot name an instance. */
export function validateInstanceName(name: string): void {
  if (!NAME.test(name)) {
    throw new PlatformError(`'${name}' cannot name an instance`, 'use 1 to 20 lower-case letters, digits and dashes, a letter first');
  }
}

const slotFile = (name: string) => join(stateFolder(), name, 'slot');

async function readSlot(name: string): Promise<number | undefined> {
  const text = await readFile(slotFile(name), 'utf8').catch(() => '');
  const slot = /^\d+\n?$/.test(text) ? Number(text) : SLOTS; // a write that a crash cut short leaves an empty file
  return slot < SLOTS ? slot : undefined;
}

/** The instance of that name if it has state on this machine. */
export async function findInstance(name: string): Promise<Instance | undefined> {
  validateInstanceName(name);
  const slot = await readSlot(name);
  return slot === undefined ? undefined : instanceAt(name, slot);
}

/** The instance of that name; a new one gets the lowest free slot. `default` always has slot 0. */
export async function ensureInstance(name: string): Promise<Instance> {
  validateInstanceName(name);
  await mkdir(stateFolder(), { recursive: true, mode: 0o700 });
  await mkdir(runFolder, { recursive: true, mode: 0o755 });
  return withLock('slots', { timeout: 10_000 }, async () => {
    const known = await findInstance(name);
    if (known) return known;
    const instance = instanceAt(name, name === 'default' ? 0 : await freeSlot());
    await mkdir(instance.state, { recursive: true, mode: 0o700 });
    await writeFile(slotFile(name), `${instance.slot}\n`);
    return instance;
  });
}

async function freeSlot(): Promise<number> {
  const names = await readdir(stateFolder());
  const taken = new Set(await Promise.all(names.map(readSlot)));
  for (let slot = 1; slot < SLOTS; slot++) if (!taken.has(slot)) return slot;
  throw new PlatformError(`all ${SLOTS - 1} places for instances are taken`, 'remove one: ./platform down --purge --instance NAME');
}
