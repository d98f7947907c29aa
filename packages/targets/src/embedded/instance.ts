import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { GATEWAY } from '@mesh-platform/kubernetes/istio-names';
import { PlatformError } from '@mesh-platform/kubernetes/platform-error';
import { timeLimit } from '@mesh-platform/kubernetes/time-limits';
import { runFolder, stateFolder } from '../places.ts';
import { listenerAt } from '../process/listeners.ts';
import { holderOf, withLock } from '../process/lock.ts';
import { validateInstanceName } from '../target.ts';

const SLOTS = 64;

/** One embedded node on this machine, with ports, addresses and folders of its own. */
export interface Instance {
  readonly name: string;
  /** Its name on this machine: another one for each place where state may lie, so that two of the same name never meet. */
  readonly key: string;
  readonly slot: number;
  /** On the host's loopback. */
  readonly ports: { readonly gateway: number; readonly api: number; readonly registry: number };
  /** The two ends of the link between host and node, a /30 of link 172.31.255.0/24. */
  readonly link: { readonly device: string; readonly host: string; readonly node: string };
  readonly cgroup: string;
  readonly state: string;
  readonly run: string;
}

/** Ports and addresses follow from the slot; slot 0 has the ports that the documentation names. */
export function instanceAt(name: string, slot: number): Instance {
  const key = keyOfInstance(name);
  return {
    name,
    key,
    slot,
    ports: { gateway: GATEWAY.ports.node + slot, api: 6443 + slot, registry: 5080 + slot },
    link: { device: `mesh${slot}`, host: `172.31.255.${4 * slot + 1}`, node: `172.31.255.${4 * slot + 2}` },
    cgroup: `mesh-platform/${key}`,
    state: join(stateFolder(), name),
    run: join(runFolder, key),
  };
}

/** The plain name where state lies where it usually does. */
export function keyOfInstance(name: string): string {
  const usual = join(userInfo().homedir, '.local/state/mesh-platform');
  if (stateFolder() === usual) return name;
  return `${name}-${createHash('sha256').update(stateFolder()).digest('hex').slice(0, 6)}`;
}

/** Locks of the supervisors: each is the only one with its name and with its ports. */
export const supervisorLock = ({ key }: Pick<Instance, 'key'>): string => `supervisor/${key}`;
export const slotLock = (slot: number): string => `slot/${slot}`;

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
  return withLock('slots', { timeout: timeLimit(10_000) }, async () => {
    const known = await findInstance(name);
    if (known && !(await heldByAnother(known))) return known;
    const instance = instanceAt(name, await slotFor(name));
    await mkdir(instance.state, { recursive: true, mode: 0o700 });
    await writeFile(slotFile(name), `${instance.slot}\n`);
    return instance;
  });
}

/** The instance as it is, or as `up` would make it. */
export async function plannedInstance(name: string): Promise<Instance> {
  const known = await findInstance(name);
  return known && !(await heldByAnother(known)) ? known : instanceAt(name, await slotFor(name));
}

/** The lock of an `up` from the choice of its slot until its supervisor has that. */
export const claimLock = (slot: number): string => `claim/${slot}`;

/** Whether a node, or an `up` that will start one, has the slot, whatever folder its state lies in. */
async function isHeld(slot: number): Promise<boolean> {
  const holders = await Promise.all([slotLock(slot), claimLock(slot)].map(holderOf));
  return holders.some((holder) => holder !== undefined);
}

/** State in another folder may have given the same slot to a node that runs now. */
async function heldByAnother(instance: Instance): Promise<boolean> {
  const [held, own] = await Promise.all([isHeld(instance.slot), holderOf(supervisorLock(instance))]);
  return held && own === undefined;
}

async function slotFor(name: string): Promise<number> {
  return name === 'default' && !(await isHeld(0)) ? 0 : freeSlot();
}

/** A new instance skips slots whose ports another program has. */
async function portsAreFree(slot: number): Promise<boolean> {
  const ports = Object.values(instanceAt('', slot).ports);
  return (await Promise.all(ports.map(listenerAt))).every((holder) => holder === undefined);
}

async function freeSlot(): Promise<number> {
  const names = await readdir(stateFolder()).catch(() => []);
  const taken = new Set(await Promise.all(names.map(readSlot)));
  for (let slot = 1; slot < SLOTS; slot++) {
    if (!taken.has(slot) && !(await isHeld(slot)) && (await portsAreFree(slot))) return slot;
  }
  throw new PlatformError(`all ${SLOTS - 1} places for instances are taken`, 'remove one: ./platform down --purge --instance NAME');
}
