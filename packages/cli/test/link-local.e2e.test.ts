import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type KubernetesObject, type Pod, runningImage } from '@mesh-platform/kubernetes';
import { probePod } from '@mesh-platform/proofs';
import { type RunningTarget, run, stateFolder } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMESPACE } from '../src/services/topology.ts';
import { instanceName, runningTarget } from './support/platform.ts';
import { nodeProcesses } from './support/processes.ts';

const FOREIGN = 'mesh-foreign';
const timeout = 60_000;

/** Ports of the API server, the kubelet, istiod, the proxies and Postgres. */
const PORTS = [5432, 6443, 8080, 9090, 10250, 15010, 15012, 15014, 15017, 15020, 15021, 15090];
/** Ports of the node's components that no pod has a use for. */
const NODE_PORTS = [2379, 2380, 10248, 10249, 10250, 10256, 10257, 10259, 1338, 5080];
/** No route, and no address: nothing of IPv6. A refused connection would come from a host that speaks it. */
const NO_IPV6 = /^(ENETUNREACH|EADDRNOTAVAIL|EHOSTUNREACH|ENODEV|EAFNOSUPPORT|EINVAL)$/;

interface Report {
  /** /proc/net/if_inet6 */
  readonly inet6: string;
  /** `port error` for each link-local address of a neighbour. */
  readonly linkLocal: readonly string[];
  /** What came of each address. */
  readonly direct: Readonly<Record<string, string>>;
}

/**
 * Finds its neighbours by a datagram, derives their link-local addresses from their MACs, and tries each port; then each address
 * that it is given: `closed`, an error, or the first bytes that the other side sends after a request.
 */
const SCRIPT = `
const fs = require('node:fs'), net = require('node:net'), dgram = require('node:dgram');
const { router, ports, addresses } = JSON.parse(process.argv[1]);
const attempt = (host, port, talk) => new Promise((done) => {
  const socket = net.connect({ host, port });
  socket.setTimeout(2000, () => { done('no answer'); socket.destroy(); });
  socket.on('connect', () => talk ? socket.write(port === 5432 ? Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]) : 'GET / HTTP/1.1\\r\\nhost: any\\r\\n\\r\\n') : (done('connected'), socket.destroy()));
  socket.on('data', (data) => { done('answer ' + data.toString('latin1').slice(0, 20)); socket.destroy(); });
  socket.on('error', (error) => done(error.code));
  socket.on('close', () => done('closed'));
});
const linkLocal = (mac) => {
  const bytes = mac.split(':').map((part) => parseInt(part, 16));
  bytes[0] ^= 2;
  const hex = [...bytes.slice(0, 3), 0xff, 0xfe, ...bytes.slice(3)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return 'fe80::' + hex.match(/.{4}/g).join(':') + '%eth0';
};
const neighbours = () => fs.readFileSync('/proc/net/arp', 'utf8').trim().split('\\n').slice(1).map((row) => row.split(/\\s+/)[3]).filter((mac) => mac !== '00:00:00:00:00:00');
(async () => {
  const socket = dgram.createSocket('udp4');
  for (const end = Date.now() + 5000; neighbours().length === 0 && Date.now() < end; ) await new Promise((next) => socket.send('any', 9, router, () => setTimeout(next, 50)));
  socket.close();
  const macs = neighbours();
  if (macs.length === 0) throw new Error('no neighbour was found');
  const inet6 = fs.existsSync('/proc/net/if_inet6') ? fs.readFileSync('/proc/net/if_inet6', 'utf8') : '';
  const tried = await Promise.all(macs.flatMap((mac) => ports.map(async (port) => port + ' ' + await attempt(linkLocal(mac), port))));
  const direct = await Promise.all(addresses.map(async ({ host, port, talk }) => [host + ':' + port, await attempt(host, port, talk)]));
  console.log(JSON.stringify({ inet6, linkLocal: tried, direct: Object.fromEntries(direct) }));
})();
`;

interface Address {
  readonly host: string;
  readonly port: number;
  /** Sends a request and waits for an answer; else it is enough to connect. */
  readonly talk: boolean;
}

let target: RunningTarget;
let image = '';
let pods: readonly Pod[] = [];
let init = 0;
let slot = 0;
beforeAll(async () => {
  target = await runningTarget();
  image = await runningImage(target.cluster);
  await target.cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: FOREIGN } }], 'probe');
  pods = (await target.cluster.list<Pod>('v1', 'Pod')).filter(({ status }) => status?.phase === 'Running');
  init = (await nodeProcesses(instanceName())).find(({ name }) => name === 'tini')?.pid ?? 0;
  slot = Number(await readFile(join(stateFolder(), instanceName(), 'slot'), 'utf8'));
});
afterAll(() => target.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: FOREIGN } }));

const nodeAddress = (): string => `172.31.255.${4 * slot + 2}`;

/** Runs the script in a separate pod, and returns its report. */
async function report(namespace: string, sidecar: boolean, addresses: readonly Address[] = []): Promise<Report> {
  const name = `link-local-${namespace}`;
  const argument = JSON.stringify({ router: nodeAddress(), ports: PORTS, addresses });
  const pod: KubernetesObject = probePod({ name, namespace, image, sidecar, command: ['node', '-e', SCRIPT, argument] });
  await target.cluster.apply([pod], 'probe');
  try {
    const path = `/api/v1/namespaces/${namespace}/pods?fieldSelector=metadata.name%3D${name}`;
    const phase = await target.cluster.watchUntil(path, AbortSignal.timeout(timeout), ([found]) =>
      ['Succeeded', 'Failed'].find((ended) => ended === (found as Pod | undefined)?.status?.phase),
    );
    const log = await target.cluster.getText(`/api/v1/namespaces/${namespace}/pods/${name}/log?container=probe`);
    if (phase === 'Failed') throw new Error(log);
    return JSON.parse(log) as Report;
  } finally {
    await target.cluster.delete(pod);
  }
}

/** Runs a command of the node's in its namespaces. */
const inNode = (...command: readonly string[]): Promise<string> =>
  run('nsenter', ['--target', String(init), '--mount', '--pid', '--net', '--', ...command], { timeout });

describe('over IPv6 link-local addresses', () => {
  it.each([
    ['a pod with a sidecar', NAMESPACE, true],
    ['a pod without a sidecar in another namespace', FOREIGN, false],
  ])('%s reaches nothing, and has no IPv6 address', async (_from, namespace, sidecar) => {
    const { inet6, linkLocal } = await report(namespace, sidecar);
    expect(inet6).toBe('');
    expect(linkLocal.length).toBeGreaterThanOrEqual(PORTS.length);
    for (const tried of linkLocal) expect(tried.split(' ')[1]).toMatch(NO_IPV6);
  });

  it('no pod of the node, and not the node itself, has an IPv6 address', async () => {
    const script = 'echo node; cat /proc/net/if_inet6; for n in /run/netns/*; do echo pod; nsenter --net=$n cat /proc/net/if_inet6; done';
    const lines = (await inNode('sh', '-c', script)).trim().split('\n');
    expect(pods.length).toBeGreaterThan(3);
    expect(lines.filter((line) => line === 'pod').length).toBeGreaterThanOrEqual(pods.length);
    expect(lines.filter((line) => line !== 'pod' && line !== 'node')).toEqual([]);
  });

  it('the host reaches nothing of the node, and its end of the link has no IPv6 address', async () => {
    const device = `mesh${slot}`;
    expect(await readFile('/proc/net/dev', 'utf8')).toContain(`${device}:`);
    expect(await readFile('/proc/net/if_inet6', 'utf8').catch(() => '')).not.toMatch(new RegExp(` ${device}$`, 'm'));
    const bytes = (await inNode('cat', '/sys/class/net/eth0/address'))
      .trim()
      .split(':')
      .map((part) => Number.parseInt(part, 16));
    const [first = 0, second, third, ...rest] = bytes;
    const hex = [first ^ 2, second, third, 0xff, 0xfe, ...rest].map((byte) => (byte ?? 0).toString(16).padStart(2, '0')).join('');
    const host = `fe80::${hex.match(/.{4}/g)?.join(':')}%${device}`;
    for (const port of [6443, 10250, 30080, 15010]) expect(await errorOf(host, port)).toMatch(NO_IPV6);
  });
});

const errorOf = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 }, () => resolve('connected'));
    socket.on('timeout', () => resolve('no answer')).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => socket.destroy());
  });

describe('over IPv4, a pod without a sidecar in another namespace', () => {
  it('gets no answer from any port of a pod of the mesh, and of the node reaches only the API server', async () => {
    const inMesh = pods.filter(({ metadata }) => metadata?.namespace === NAMESPACE);
    const ofPods = inMesh.flatMap(({ spec, status }) =>
      (spec?.containers ?? [])
        .filter(({ name }) => name !== 'istio-proxy')
        .flatMap(({ ports = [] }) => ports.map(({ containerPort }) => ({ host: status?.podIP ?? '', port: containerPort, talk: true }))),
    );
    expect(ofPods.length).toBeGreaterThanOrEqual(inMesh.length);
    const registry = 5080 + slot;
    const ofNode = [6443, ...NODE_PORTS, registry].map((port) => ({ host: nodeAddress(), port, talk: false }));
    const { direct } = await report(FOREIGN, false, [...ofPods, ...ofNode]);
    const answered = Object.entries(direct).filter(([, word]) => word === 'connected' || word.startsWith('answer'));
    expect(answered).toEqual([[`${nodeAddress()}:6443`, 'connected']]);
  });
});
