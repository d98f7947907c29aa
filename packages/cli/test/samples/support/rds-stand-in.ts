import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, type KubernetesObject, rolledOut, users } from '@mesh-platform/kubernetes';
import { run } from '@mesh-platform/targets';
import { NAMESPACE as PLATFORM } from '../../../src/services/topology.ts';

/** A real PostgreSQL outside of the mesh, like RDS: only TLS, by its own authority, and a master role that is neither a superuser nor a client's. */
export interface RdsStandIn {
  readonly host: string;
  /** The same server under a name that its certificate does not have. */
  readonly otherHost: string;
  readonly authority: string;
  readonly master: { readonly username: string; readonly password: string };
}

const NAMESPACE = 'mesh-rds';
const MASTER = 'master';
const READY_MS = 180_000;

/** Brings it up in a namespace without injection; `removeRds` ends it. */
export async function startRds(cluster: Cluster, database: string): Promise<RdsStandIn> {
  const [host, otherHost] = ['database', 'other'].map((name) => `${name}.${NAMESPACE}.svc.cluster.local`) as [string, string];
  const { authority, certificate, key } = await certificates(host);
  const password = crypto.randomUUID();
  const files = { 'server.crt': certificate, 'server.key': key, password, 'start.sh': START, 'hba.conf': HBA };
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }], 'e2e');
  await cluster.apply(
    [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'rds', namespace: NAMESPACE }, stringData: files } as KubernetesObject,
      service('database'),
      service('other'),
      deployment(await postgresImage(cluster), database),
    ],
    'e2e',
  );
  await rolledOut(cluster, NAMESPACE, [{ kind: 'Deployment', name: 'rds' }], READY_MS);
  return { host, otherHost, authority, master: { username: MASTER, password } };
}

export const removeRds = (cluster: Cluster): Promise<void> =>
  cluster.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });

/** Rejects connections without TLS, like `rds.force_ssl`. */
const HBA = 'hostssl all all all scram-sha-256\nhostnossl all all all reject\nlocal all all peer\n';

const START = `set -eu
bin=/usr/local/pgsql/bin
umask 077
cp /run/rds/server.key /run/rds/server.crt /data/
"$bin/initdb" --pgdata=/data/pg --username=rdsadmin --encoding=UTF8 --locale=C.UTF-8 --auth-local=peer --auth-host=scram-sha-256 >/dev/null
"$bin/postgres" --single -D /data/pg postgres >/dev/null <<SQL
CREATE ROLE ${MASTER} LOGIN CREATEDB CREATEROLE PASSWORD '$(cat /run/rds/password)'
CREATE DATABASE "$DATABASE" OWNER ${MASTER}
SQL
exec "$bin/postgres" -D /data/pg -c listen_addresses='*' -c unix_socket_directories=/data -c hba_file=/run/rds/hba.conf \\
  -c ssl=on -c ssl_cert_file=/data/server.crt -c ssl_key_file=/data/server.key
`;

const service = (name: string): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app: 'rds' }, ports: [{ name: 'postgres', port: 5432 }] },
  }) as KubernetesObject;

const deployment = (image: string, database: string): KubernetesObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'rds', namespace: NAMESPACE },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'rds' } },
      template: {
        metadata: { labels: { app: 'rds' } },
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsUser: users.postgres, runAsGroup: users.postgres, fsGroup: users.postgres },
          containers: [
            {
              name: 'postgres',
              image,
              command: ['sh', '/run/rds/start.sh'],
              env: [{ name: 'DATABASE', value: database }],
              readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1 },
              volumeMounts: [
                { name: 'rds', mountPath: '/run/rds', readOnly: true },
                { name: 'data', mountPath: '/data' },
              ],
            },
          ],
          volumes: [
            { name: 'rds', secret: { secretName: 'rds', defaultMode: 288 } },
            { name: 'data', emptyDir: {} },
          ],
        },
      },
    },
  }) as KubernetesObject;

/** The image that the platform's own database runs. */
async function postgresImage(cluster: Cluster): Promise<string> {
  const live = await cluster.read({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'postgres', namespace: PLATFORM } });
  const image = (live?.spec as { template: { spec: { containers: { image: string }[] } } } | undefined)?.template.spec.containers[0]?.image;
  if (!image) throw new Error('the platform has no postgres');
  return image;
}

async function certificates(host: string) {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-rds-'));
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder, timeout: 30_000 });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  try {
    await openssl('req', '-x509', ...key, '-subj', '/CN=stand-in for RDS', '-keyout', 'ca.key', '-out', 'ca.crt');
    const issue = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-subj', '/CN=database', '-addext', `subjectAltName=DNS:${host}`];
    await openssl('req', '-x509', ...key, ...issue, '-keyout', 'server.key', '-out', 'server.crt');
    const [authority, certificate, serverKey] = await Promise.all(
      ['ca.crt', 'server.crt', 'server.key'].map((file) => readFile(join(folder, file), 'utf8')),
    );
    return { authority: authority ?? '', certificate: certificate ?? '', key: serverKey ?? '' };
  } finally {
    await rm(folder, { recursive: true });
  }
}
