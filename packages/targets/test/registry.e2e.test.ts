import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubernetesObject, silent } from '@mesh-platform/kubernetes';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { clusterPrograms } from '../src/build/programs.ts';
import { runInNodeRoot } from '../src/embedded/build/in-node-root.ts';
import { nodeRoot } from '../src/embedded/build/root-filesystem.ts';
import { EmbeddedTarget, type RunningTarget, run, waitFor } from '../src/index.ts';
import { exists } from '../src/process/files.ts';

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mesh-pushed' } };
const timeout = 60_000;

let target: RunningTarget;
let folder = '';
beforeAll(async () => {
  const running = await new EmbeddedTarget(process.env.PLATFORM_INSTANCE ?? '', { namespace: 'any' }).find();
  if (!running) throw new Error('run these tests with ./platform test e2e');
  target = running;
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-registry-'));
});
afterAll(async () => {
  await target.cluster.delete(namespace);
  await rm(folder, { recursive: true, force: true });
});

/** Builds an image of one program and pushes it, as a user would; gives its digest. */
async function pushImage(reference: string): Promise<string> {
  const [context, output, storage] = ['context', 'output', 'storage'].map((name) => join(folder, name)) as [string, string, string];
  await Promise.all([context, output, storage].map((path) => mkdir(path)));
  await copyFile(join(await clusterPrograms(silent), 'pause'), join(context, 'pause'));
  await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nCOPY pause /pause\nCMD ["/pause"]\n');
  const binds = [
    { host: context, inside: '/context' },
    { host: output, inside: '/output' },
    { host: storage, inside: '/storage' },
  ] as const;
  const buildah = ['buildah', '--root=/storage', '--runroot=/run/buildah', '--storage-driver=vfs'];
  const inRoot = async (...args: string[]) => runInNodeRoot(await nodeRoot(silent), binds, [...buildah, ...args], { timeout });
  await inRoot('bud', '--isolation=chroot', `--tag=${reference}`, '/context');
  await inRoot('push', '--tls-verify=false', '--digestfile=/output/digest', reference, `docker://${reference}`);
  return readFile(join(output, 'digest'), 'utf8');
}

it('a pod runs an image that was pushed to the registry, by its digest', async () => {
  const name = `${target.registry ?? ''}/team/pushed`;
  const image = `${name}@${await pushImage(`${name}:try`)}`;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pushed', namespace: 'mesh-pushed' } };
  await target.cluster.apply([namespace], 'probe');
  await target.cluster.apply([{ ...pod, spec: { containers: [{ name: 'main', image }] } } as KubernetesObject], 'probe');
  const phase = await target.cluster.watchUntil('/api/v1/namespaces/mesh-pushed/pods', AbortSignal.timeout(timeout), ([{ status } = {}]) =>
    status?.phase === 'Running' ? status.phase : undefined,
  );
  expect(phase).toBe('Running');
}, 120_000);

it(
  'another user of this machine gets no answer of it',
  async () => {
    // Whoever is disconnected before the question is sent must not die of it.
    const asking = `trap '' PIPE; exec 3<>/dev/tcp/${target.registry?.replace(':', '/')} && printf 'GET /v2/ HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 || echo refused`;
    const ask = (...under: string[]) => run('env', [...under, 'bash', '-c', asking], { timeout });
    expect(await ask()).toMatch(/^HTTP\/1\.0 200 OK/);
    expect(await ask('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups')).toBe('refused\n');
  },
  timeout,
);

it(
  'another user gets no answer from the port of another loopback address either, while the owner is connected',
  async () => {
    const [host = '', port = ''] = target.registry?.split(':') ?? [];
    const owner = connect({ host, port: Number(port) });
    onTestFinished(() => void owner.destroy());
    owner.write('GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(owner, 'data');
    const from = { host, port: Number(port), localAddress: '127.0.0.2', localPort: owner.localPort };
    const program = `
        process.setgroups([]); process.setgid(65534); process.setuid(65534);
        const socket = require('node:net').connect(${JSON.stringify(from)});
        socket.on('data', (data) => console.log(String(data).split('\\r\\n')[0])).on('error', ({ code }) => console.log(code));
        socket.on('end', () => socket.end()).end('GET /v2/ HTTP/1.0\\r\\n\\r\\n');`;
    expect(await run(process.execPath, ['-e', program], { timeout })).toBe('ECONNRESET\n');
  },
  timeout,
);

/** Pushes a blob of this text through the socket; gives the answer. */
async function pushBlob(socketPath: string, text: string): Promise<string> {
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const call = request({ socketPath, method: 'POST', path: `/v2/some/blobs/uploads/?digest=${digest}` }).end(text);
  const [answer] = await once(call, 'response');
  return `${answer.statusCode} ${(await answer.toArray()).join('')}`;
}

it('it refuses a push beyond its limit, with a hint that empties it', async () => {
  const socket = join(folder, 'socket');
  const program = spawn(join(await clusterPrograms(silent), 'registry'), [join(folder, 'blobs'), '10', socket, '127.0.0.1:0']);
  try {
    await waitFor('the registry', () => exists(socket).then((there) => there || undefined), { timeout });
    expect(await pushBlob(socket, '10 letters')).toMatch(/^201/);
    expect(await pushBlob(socket, '1')).toMatch(/^500 .*the registry is full .*\.\/platform down/);
  } finally {
    program.kill();
  }
});
