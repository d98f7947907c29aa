import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { validateInstanceName } from '../target.ts';
import { ensureInstance, findInstance, instanceAt, plannedInstance, supervisorLock } from './instance.ts';

const { runFolder } = vi.hoisted(() => ({ runFolder: `${process.env.TMPDIR ?? '/tmp'}/mesh-platform-run-${process.pid}` }));
vi.mock('../places.ts', async (original) => ({ ...(await original<typeof import('../places.ts')>()), runFolder }));
// Slots that nodes of this machine have; each test sets its own.
const { holders, listeners } = vi.hoisted(() => ({ holders: new Map<string, number>(), listeners: new Set<number>() }));
vi.mock('../process/listeners.ts', () => ({ listenerAt: async (port: number) => (listeners.has(port) ? 'unknown' : undefined) }));
vi.mock('../process/lock.ts', async (original) => ({
  ...(await original<typeof import('../process/lock.ts')>()),
  holderOf: async (name: string) => holders.get(name),
}));
afterAll(() => rm(runFolder, { recursive: true, force: true }));

let state = '';
beforeEach(async () => {
  holders.clear();
  listeners.clear();
  const home = await mkdtemp(join(tmpdir(), 'mesh-platform-state-'));
  vi.stubEnv('XDG_STATE_HOME', home);
  state = join(home, 'mesh-platform');
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  });
});

async function writeSlot(name: string, content: string): Promise<void> {
  await mkdir(join(state, name), { recursive: true });
  await writeFile(join(state, name, 'slot'), content);
}

const SLOTS = 64;

test('slot 0 has the ports that the documentation names', () => {
  vi.stubEnv('XDG_STATE_HOME', undefined);
  expect(instanceAt('default', 0)).toMatchObject({
    ports: { gateway: 30080, api: 6443, registry: 5080 },
    link: { device: 'mesh0', host: '172.31.255.1', node: '172.31.255.2' },
    cgroup: 'mesh-platform/default',
    state: join(userInfo().homedir, '.local/state/mesh-platform/default'),
    run: join(runFolder, 'default'),
  });
});

test('no two slots share a port, a device, an address or a network', () => {
  const instances = Array.from({ length: SLOTS }, (_, slot) => instanceAt(`i${slot}`, slot));
  const ports = instances.flatMap((instance) => Object.values(instance.ports));
  expect(new Set(ports).size).toBe(3 * SLOTS);
  expect(new Set(instances.map(({ link }) => link.device)).size).toBe(SLOTS);
  const addresses = instances.flatMap(({ link: { host, node } }) => [host, node]);
  expect(new Set(addresses).size).toBe(2 * SLOTS);
  const network = (address: string) => Math.floor(Number(address.split('.')[3]) / 4);
  expect(instances.map(({ link }) => network(link.host))).toEqual(instances.map(({ link }) => network(link.node)));
  expect(new Set(instances.map(({ link }) => network(link.host))).size).toBe(SLOTS);
  for (const address of addresses) expect(Number(address.split('.')[3]) % 4).toBeOneOf([1, 2]); // neither network nor broadcast
  expect(Math.max(...addresses.map((address) => Number(address.split('.')[3])))).toBeLessThan(256);
});

test('instances of two names have folders and control groups of their own', () => {
  const [a, b] = [instanceAt('a', 1), instanceAt('b', 1)];
  for (const key of ['state', 'run', 'cgroup'] as const) expect(a[key]).not.toBe(b[key]);
});

test.each(['default', 'a', 'test-2', 'a'.repeat(20)])('"%s" can name an instance', (name) => {
  expect(() => validateInstanceName(name)).not.toThrow();
});

test.each(['', 'A', '1a', '-a', 'a_b', 'a.b', '../a', 'a/b', 'a b', 'a\n', 'ä', 'a'.repeat(21)])(
  '"%s" cannot name an instance, and nothing is written for it',
  async (name) => {
    expect(() => validateInstanceName(name)).toThrow(PlatformError);
    await expect(findInstance(name)).rejects.toThrow('cannot name an instance');
    await expect(ensureInstance(name)).rejects.toThrow('cannot name an instance');
  },
);

test('an instance is not found before it was made, and found with the same slot afterwards', async () => {
  expect(await findInstance('a')).toBeUndefined();
  const made = await ensureInstance('a');
  expect(made.slot).toBe(1);
  expect(await findInstance('a')).toEqual(made);
  expect(await ensureInstance('a')).toEqual(made);
  expect(await readFile(join(state, 'a/slot'), 'utf8')).toBe('1\n');
});

test('default has slot 0, whether others are there before it or not', async () => {
  expect((await ensureInstance('a')).slot).toBe(1);
  expect((await ensureInstance('default')).slot).toBe(0);
  expect((await ensureInstance('b')).slot).toBe(2);
});

test('a new instance gets the lowest free slot', async () => {
  await writeSlot('a', '1\n');
  await writeSlot('c', '3\n');
  expect((await ensureInstance('b')).slot).toBe(2);
  expect((await ensureInstance('d')).slot).toBe(4);
  await rm(join(state, 'a'), { recursive: true });
  expect((await ensureInstance('e')).slot).toBe(1);
});

test('instances that are made at once get different slots', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const slots = (await Promise.all(names.map(ensureInstance))).map(({ slot }) => slot);
  expect(slots.toSorted()).toEqual([1, 2, 3, 4, 5]);
});

test('state in two places never meets: the same name has another key, folder of sockets and control group', () => {
  const here = instanceAt('a', 1);
  vi.stubEnv('XDG_STATE_HOME', join(state, 'elsewhere'));
  const there = instanceAt('a', 1);
  for (const key of ['key', 'state', 'run', 'cgroup'] as const) expect(there[key]).not.toBe(here[key]);
  expect(there.name).toBe(here.name);
});

test('skips a slot of a node of another state folder, and leaves it a slot that it took meanwhile', async () => {
  holders.set('slot/1', 4711);
  expect((await ensureInstance('a')).slot).toBe(2);
  holders.set('slot/0', 4711);
  expect((await ensureInstance('default')).slot).toBe(3);
  holders.clear();
  holders.set('slot/2', 4711);
  expect((await plannedInstance('a')).slot).toBe(1);
  expect((await findInstance('a'))?.slot).toBe(2);
  expect((await ensureInstance('a')).slot).toBe(1);
  expect((await findInstance('a'))?.slot).toBe(1);
});

test('a new instance gets no slot whose ports another program has; a known one keeps its own', async () => {
  const known = await ensureInstance('a');
  listeners.add(known.ports.gateway);
  listeners.add(known.ports.api + 1);
  listeners.add(known.ports.registry + 2);
  expect((await ensureInstance('b')).slot).toBe(4);
  expect(await ensureInstance('a')).toEqual(known);
});

test('a slot that an up elsewhere has chosen, whose node does not run yet, is not given', async () => {
  holders.set('claim/1', 4711);
  expect((await ensureInstance('a')).slot).toBe(2);
});

test('an instance keeps the slot of its own node', async () => {
  const made = await ensureInstance('a');
  holders.set('slot/1', 4711);
  holders.set(supervisorLock(made), 4711);
  expect(await ensureInstance('a')).toEqual(made);
});

test('two that make the same instance at once agree', async () => {
  const [a, b] = await Promise.all([ensureInstance('a'), ensureInstance('a')]);
  expect(a).toEqual(b);
});

test.each(['', ' \n', 'garbage', '-1', '64', '1.5', '0x2', '1 2'])('ignores a slot file with the content %j', async (content) => {
  await writeSlot('a', content);
  expect(await findInstance('a')).toBeUndefined();
  expect((await ensureInstance('a')).slot).toBe(1);
});

test('what else lies in the state folder takes no slot', async () => {
  await mkdir(join(state, 'folder'), { recursive: true });
  await writeFile(join(state, 'file'), '1\n');
  expect((await ensureInstance('a')).slot).toBe(1);
});

test('when all places are taken, the hint names the command that frees one', async () => {
  for (let slot = 1; slot < SLOTS; slot++) await writeSlot(`i${slot}`, `${slot}\n`);
  await expect(ensureInstance('late')).rejects.toMatchObject({
    message: 'all 63 places for instances are taken',
    hint: expect.stringContaining('down --purge --instance'),
  });
});
