import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMIN_NAMESPACE, EKS_ENVIRONMENTS } from '@mesh-platform/infra';
import {
  type Cluster,
  inOrder,
  type KubernetesObject,
  type LiveObject,
  type Pod,
  readManifests,
  rolledOut,
  silent,
} from '@mesh-platform/kubernetes';
import { checkout, type RunningTarget, run, tool, waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderedFolder } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';
import { coreWith, eksObjects, NAMESPACE, OTHER_CLIENT, passwords, roleJob } from './support/eks-platform.ts';
import { type RdsStandIn, removeRds, startRds } from './support/rds-stand-in.ts';

const READY_MS = 180_000;

let target: RunningTarget;
let cluster: Cluster;
let rds: RdsStandIn;
let objects: readonly KubernetesObject[];

const apply = async (all: readonly KubernetesObject[]) => {
  for (const group of inOrder(all)) await cluster.apply(group, 'e2e');
};

beforeAll(async () => {
  target = await runningTarget();
  ({ cluster } = target);
  rds = await startRds(cluster, 'documents');
  await apply(await roleJob(cluster, rds));
  await jobEnded();
  objects = await eksObjects(cluster, rds);
  await apply(objects);
  await rolledOut(
    cluster,
    NAMESPACE,
    ['core-v1', 'web-v1', 'preview-v1'].map((name) => ({ kind: 'Deployment', name })),
    READY_MS,
  );
}, 600_000);

afterAll(async () => {
  for (const name of [NAMESPACE, ADMIN_NAMESPACE]) await cluster.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await removeRds(cluster);
});

async function jobEnded(): Promise<void> {
  const ended = (jobs: readonly LiveObject[]) => {
    const { succeeded, conditions = [] } = (jobs[0]?.status ?? {}) as {
      succeeded?: number;
      conditions?: { type: string; message?: string }[];
    };
    const failed = conditions.find(({ type }) => type === 'Failed');
    return succeeded ? 'succeeded' : failed && `failed: ${failed.message}`;
  };
  const outcome = await cluster.watchUntil(`/apis/batch/v1/namespaces/${ADMIN_NAMESPACE}/jobs`, AbortSignal.timeout(READY_MS), ended);
  expect(outcome).toBe('succeeded');
}

/** Runs JavaScript in the application's own container of a real pod, behind its own proxy. */
async function inPod(app: string, script: string): Promise<string> {
  const args = ['-n', NAMESPACE, 'exec', `deployment/${app}-v1`, '-c', app, '--', 'node', '--input-type=module', '-e', script];
  return (
    await run(await tool('kubectl', silent), args, { env: { ...process.env, KUBECONFIG: target.kubeconfig }, timeout: 60_000 })
  ).trim();
}

describe('the platform as it is rendered for EKS, on a database outside of the mesh', () => {
  it('saves a document through preview, web and core, and reads it again', async () => {
    const title = `saved ${crypto.randomUUID()}`;
    const words = await inPod(
      'preview',
      `const url = 'http://web:8080/documents';
       const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
       const saved = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ title: '${title}', body: '# x' }) });
       const { id } = await saved.json();
       const read = await fetch(url + '/' + id);
       console.log(saved.status, read.status, (await read.json()).title);`,
    );
    expect(words).toBe(`201 200 ${title}`);
  });

  it('has no database of its own', async () => {
    expect(await cluster.list('apps/v1', 'StatefulSet', NAMESPACE)).toEqual([]);
  });
});

it.each(EKS_ENVIRONMENTS)('the API server accepts every object of deploy/%s whose kind it serves', async (environment) => {
  const folders = [renderedFolder(environment), join(renderedFolder(environment), 'database-role')];
  const accepted = new Set<string | undefined>();
  for (const object of (await Promise.all(folders.map((folder) => readManifests(folder)))).flat())
    if (await cluster.serves(object.apiVersion ?? '', object.kind ?? '')) {
      await cluster.applyOne(object, 'e2e', { dryRun: true, force: true });
      accepted.add(object.kind);
    }
  expect([...accepted]).toEqual(expect.arrayContaining(['Deployment', 'HorizontalPodAutoscaler', 'Gateway', 'AuthorizationPolicy', 'Job']));
});

describe('the connection to the database', () => {
  /** The first bytes of a client of PostgreSQL; a server with TLS answers S. */
  const open = (host: string) =>
    `import { connect } from 'node:net';
     const socket = connect(5432, '${host}', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
     const end = (word) => { console.log(word); process.exit(); };
     socket.on('data', (data) => end('answer ' + data)).on('error', (error) => end('closed ' + error.code)).on('close', () => end('closed'));
     setTimeout(() => end('no answer'), 5000);`;

  it('opens from core’s pod', async () => {
    expect(await inPod('core', open(rds.host))).toBe('answer S');
  });

  it.each(['web', 'preview'])('does not open from the pod of %s, whose proxy does not know the database', async (app) => {
    expect(await inPod(app, open(rds.host))).toMatch(/^closed/);
  });
});

describe('two clients of one server', () => {
  /** What a role hears that connects to a database with its password, over the connection that core has. */
  const connect = (user: keyof typeof passwords, database: string) =>
    `import pg from 'pg'; import { readFileSync } from 'node:fs';
     const ssl = { ca: readFileSync(process.env.PGSSLROOTCERT, 'utf8') };
     const client = new pg.Client({ host: process.env.PGHOST, user: '${user}_1', password: '${passwords[user]}', database: '${database}', ssl });
     await client.connect().then(() => console.log('connected'), ({ code }) => console.log(code)); await client.end().catch(() => {});`;

  it('have a database each, and neither may connect to the other’s', async () => {
    const answers = [];
    for (const user of ['core', OTHER_CLIENT] as const)
      for (const database of ['documents', 'my_cart']) answers.push([user, database, await inPod('core', connect(user, database))]);
    expect(answers).toEqual([
      ['core', 'documents', 'connected'],
      ['core', 'my_cart', '42501'],
      [OTHER_CLIENT, 'documents', '42501'],
      [OTHER_CLIENT, 'my_cart', 'connected'],
    ]);
  });
});

describe('a database that core must not trust', () => {
  /** Waits until the log of the copy's pod has the code, and gives the condition of the pod. */
  async function refusal(version: string, code: RegExp): Promise<{ readonly reason: string; readonly ready: string | undefined }> {
    const reason = await waitFor(
      `core ${version} to log why it waits`,
      async () => {
        const [pod] = await cluster.list<Pod>('v1', 'Pod', NAMESPACE, `app=core,version=${version}`);
        const log =
          pod && (await cluster.getText(`/api/v1/namespaces/${NAMESPACE}/pods/${pod.metadata?.name}/log?container=core`).catch(() => ''));
        return log?.split('\n').find((line) => code.test(line));
      },
      { timeout: READY_MS, every: 500 },
    );
    const [pod] = await cluster.list<Pod>('v1', 'Pod', NAMESPACE, `app=core,version=${version}`);
    return { reason, ready: pod?.status?.conditions?.find(({ type }) => type === 'Ready')?.status };
  }

  it('has another authority: core is not ready, and logs the reason', async () => {
    const amazon = await readFile(join(checkout, 'deploy/eks-dev/aws.yaml'), 'utf8');
    const authorities = [...amazon.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g)].map(([pem]) =>
      pem.replaceAll(/^ +/gm, ''),
    );
    expect(authorities.length).toBeGreaterThan(1);
    await apply(coreWith(objects, 'v8', { 'authorities.pem': authorities.join('\n') }));
    const { reason, ready } = await refusal('v8', /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT_LOCALLY)/);
    expect(reason).toContain('the database cannot be migrated yet');
    expect(ready).toBe('False');
  }, 200_000);

  it('has another name: core is not ready, and logs the reason', async () => {
    await apply(coreWith(objects, 'v9', { host: rds.otherHost }));
    const { reason, ready } = await refusal('v9', /ERR_TLS_CERT_ALTNAME_INVALID/);
    expect(reason).toContain('the database cannot be migrated yet');
    expect(ready).toBe('False');
  }, 200_000);
});
