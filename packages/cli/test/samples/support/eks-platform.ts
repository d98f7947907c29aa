import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ADMIN_NAMESPACE, databaseRole, databaseSettings, eksSettings, type Outputs, passwordSecret } from '@mesh-platform/infra';
import type { Cluster, KubernetesObject, LiveObject } from '@mesh-platform/kubernetes';
import { type DefinedMesh, defineEnvironment, readPatches, render, versionName } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { NAMESPACE as PLATFORM } from '../../../src/services/topology.ts';
import type { RdsStandIn } from './rds-stand-in.ts';

/** A separate namespace: all tests share the one of the platform. */
export const NAMESPACE = 'mesh-on-eks';
const CLIENT = 'core';
const database = 'documents';

/** Another service with a database in addition to core's; it has no pods. */
export const OTHER_CLIENT = 'my-cart';
const clients = [
  { service: CLIENT, database },
  { service: OTHER_CLIENT, database: 'my_cart' },
];

/** The outputs that Terraform would have for the stand-in. */
const outputsFor = ({ host }: RdsStandIn): Outputs => ({
  region: 'us-east-1',
  cluster_name: 'x',
  repositories: {},
  database: {
    host,
    port: 5432,
    database,
    client_security_group_id: 'sg-1',
    client_logins: { core: { active: 'x', idle: 'x' }, [OTHER_CLIENT]: { active: 'x', idle: 'x' } },
    client_password_version: 1,
    master_secret_arn: 'x',
  },
  node_security_group_id: 'sg-2',
  edge: { url: 'https://x.example.com', target_group_arn: 'x', redirect_target_group_arn: 'x' },
});

/** The password and the key that External Secrets would write, and the other values that the job needs. */
export const passwords = { [CLIENT]: crypto.randomUUID(), [OTHER_CLIENT]: crypto.randomUUID(), cursor: crypto.randomUUID() };
/** The active login of a client, as Terraform writes it to Secrets Manager. */
const loginText = (client: typeof CLIENT | typeof OTHER_CLIENT): string =>
  JSON.stringify({ username: `${client}_1`, password: passwords[client], version: 1 });
const secret = (name: string, namespace: string, stringData: Readonly<Record<string, string>>): KubernetesObject =>
  ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData }) as KubernetesObject;

const OF_AWS = /^(external-secrets\.io|generators\.external-secrets\.io|vpcresources\.k8s\.aws|elbv2\.k8s\.aws|cert-manager\.io)\//;

/** The job that gives the clients their roles, with the Secrets that External Secrets would write. */
export async function roleJob(cluster: Cluster, rds: RdsStandIn): Promise<readonly KubernetesObject[]> {
  const objects = databaseRole(outputsFor(rds), { clients, authorities: rds.authority }, await imageOf(cluster, CLIENT, 'v1'));
  return [
    ...objects.filter(({ apiVersion = '' }) => !OF_AWS.test(apiVersion)),
    secret('postgres-master', ADMIN_NAMESPACE, rds.master),
    ...([CLIENT, OTHER_CLIENT] as const).map((client) =>
      secret(passwordSecret(client), ADMIN_NAMESPACE, {
        active: loginText(client),
        idle: JSON.stringify({ username: `${client}_2`, password: crypto.randomUUID(), version: 0 }),
      }),
    ),
  ];
}

/**
 * What deploy/eks-dev is rendered from, with the stand-in's address and the images of this cluster; without the gateway, which is the other
 * platform's. Core's proxy knows the stand-in's other name too, so that it is core that refuses it.
 */
export async function eksObjects(cluster: Cluster, rds: RdsStandIn): Promise<readonly KubernetesObject[]> {
  const outputs = outputsFor(rds);
  const images = await Promise.all(
    ['preview', 'web', 'core'].map(async (service) => [service, await imageOf(cluster, service, 'v1')] as const),
  );
  const { default: platform } = (await import(pathToFileURL(join(checkout, 'platform.mesh.ts')).href)) as { readonly default: DefinedMesh };
  const settings = eksSettings('eks-dev', outputs, {}, platform);
  const environment = defineEnvironment(
    { ...platform, spec: { ...platform.spec, name: 'on-eks', namespace: NAMESPACE } },
    {
      ...settings,
      image: (service) => new Map(images).get(service) ?? '',
      externals: { ...settings.externals, other: { ...settings.outside.postgres, hosts: [rds.otherHost], calledBy: [CLIENT] } },
    },
  );
  const folders = [...globSync('apps/*/deploy', { cwd: checkout }).sort(), 'environments/eks'].map((folder) => join(checkout, folder));
  const rendered = render(environment, await readPatches(folders)).objects as readonly KubernetesObject[];
  return [
    ...rendered.filter((object) => !isLeftOut(object)),
    databaseSettings(outputs, { namespace: NAMESPACE, authorities: rds.authority }),
    secret(passwordSecret(CLIENT), NAMESPACE, { password: passwords.core, login: loginText(CLIENT) }),
    secret(`${CLIENT}-cursor-key`, NAMESPACE, { key: passwords.cursor }),
  ];
}

/** The gateway's routes, a second version, and autoscalers, which have no metrics to go by here. */
const isLeftOut = ({ kind, metadata, spec }: LiveObject): boolean =>
  kind === 'Gateway' ||
  kind === 'HorizontalPodAutoscaler' ||
  metadata?.name === versionName('preview', 'v2') ||
  (kind === 'VirtualService' && (spec as { gateways?: readonly string[] }).gateways !== undefined);

/** A version of core's, `core-VERSION`, that is like the first but for settings of the database. */
export function coreWith(
  objects: readonly KubernetesObject[],
  version: string,
  data: Readonly<Record<string, string>>,
): readonly KubernetesObject[] {
  const core = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata?.name === versionName(CLIENT, 'v1'));
  const settings = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === 'database') as LiveObject & {
    readonly data: Readonly<Record<string, string>>;
  };
  const name = versionName(CLIENT, version);
  const copy = JSON.parse(
    JSON.stringify(core)
      .replaceAll(/"(configMap|configMapKeyRef)":\{"name":"database"/g, `"$1":{"name":"${name}"`)
      .replaceAll('"version":"v1"', `"version":"${version}"`),
  ) as KubernetesObject;
  return [
    { ...settings, metadata: { name, namespace: NAMESPACE }, data: { ...settings.data, ...data } } as KubernetesObject,
    { ...copy, metadata: { ...copy.metadata, name } },
  ];
}

async function imageOf(cluster: Cluster, service: string, version: string): Promise<string> {
  const header = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: versionName(service, version), namespace: PLATFORM } };
  const live = await cluster.read(header);
  const image = (live?.spec as { template: { spec: { containers: { image: string }[] } } } | undefined)?.template.spec.containers[0]?.image;
  if (!image) throw new Error(`the platform has no ${service}`);
  return image;
}
