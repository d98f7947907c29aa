import {
  type Cluster,
  ISTIO_NAMESPACE,
  inParallel,
  isReady,
  isTerminating,
  type KubernetesObject,
  type LiveObject,
  messageOf,
} from '@mesh-platform/kubernetes';
import { pins } from '../pins.ts';
import { type Finding, missing, note, ok } from '../target.ts';

const ANSWER_MS = 10_000;
/** Native sidecars, which start before an app and end after it, are on by default from here. */
const OLDEST = 33;
const ISTIO_MINOR = pins.istio.split('.').slice(0, 2).join('.');

/** What the cluster has of Istio. */
export type IstioState = { readonly is: 'absent' } | { readonly is: 'there'; readonly release: string; readonly revision: string };

/** What a cluster has and what is missing for the platform: everything that can be known before anything is changed. */
export async function inspectCluster(cluster: Cluster): Promise<readonly Finding[]> {
  const version = await versionOf(cluster);
  if (version.state === 'missing') return [version];
  const permissions = await permissionsOf(cluster, ALWAYS);
  if (permissions.state === 'missing') return [version, permissions]; // nothing else can be seen
  const istio = await istioOf(cluster);
  const toInstall = istio.is === 'absent' ? await permissionsOf(cluster, [...ALWAYS, ...FOR_ISTIO]) : permissions;
  return [version, toInstall, ...(await Promise.all([nodesOf(cluster), webhookOf(cluster, istio), storageOf(cluster)])), ofIstio(istio)];
}

/** The release and the revision of the istiod that runs; Istio is absent where there is no such Deployment. */
export async function istioOf(cluster: Cluster): Promise<IstioState> {
  const all = await cluster.list<LiveObject>('apps/v1', 'Deployment', ISTIO_NAMESPACE, 'app=istiod');
  const istiod = all.find((one) => revisionOf(one) === 'default') ?? all[0];
  if (!istiod) return { is: 'absent' };
  const revision = revisionOf(istiod);
  const pods = await cluster.list<LiveObject>('v1', 'Pod', ISTIO_NAMESPACE, 'app=istiod');
  const pod = pods.find((one) => revisionOf(one) === revision && !isTerminating(one));
  const path = `/api/v1/namespaces/${ISTIO_NAMESPACE}/pods/${pod?.metadata?.name}:15014/proxy/version`;
  const release = pod ? await cluster.getText(path, AbortSignal.timeout(ANSWER_MS)).catch(() => '') : '';
  return { is: 'there', release: release.split('-')[0] ?? '', revision };
}

const revisionOf = ({ metadata }: LiveObject): string => metadata?.labels?.['istio.io/rev'] ?? 'default';

function ofIstio(istio: IstioState): Finding {
  if (istio.is === 'absent') return note('Istio', `not there; up installs ${pins.istio}`);
  const { release, revision } = istio;
  const detail = `${release || 'an unknown release'}, revision ${revision}`;
  if (revision !== 'default')
    return missing('Istio', detail, 'the namespace of the platform is injected by the revision `default`: tag this one so');
  if (release === '') return missing('Istio', detail, 'see that istiod runs, and that you may ask it (get pods/proxy)');
  if (!release.startsWith(`${ISTIO_MINOR}.`))
    return missing('Istio', detail, `the policies are made for ${ISTIO_MINOR}: upgrade istiod and its CRDs together`);
  return ok('Istio', `${detail}; it is left as it is`);
}

async function versionOf(cluster: Cluster): Promise<Finding> {
  const what = 'API server';
  try {
    const { gitVersion, minor } = JSON.parse(await cluster.getText('/version', AbortSignal.timeout(ANSWER_MS)));
    if (Number.parseInt(minor, 10) >= OLDEST) return ok(what, `Kubernetes ${gitVersion}`);
    return missing(
      what,
      `Kubernetes ${gitVersion}`,
      `upgrade to Kubernetes 1.${OLDEST} or newer: sidecars start before the apps from there`,
    );
  } catch (error) {
    const server = cluster.config.getCurrentCluster()?.server ?? '';
    return missing(what, `${server}: ${messageOf(error)}`, 'see that the cluster runs, and that you can reach it (VPN, allow-list)');
  }
}

interface Node extends LiveObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly nodeInfo?: { readonly architecture?: string; readonly operatingSystem?: string };
  };
}

async function nodesOf(cluster: Cluster): Promise<Finding> {
  const nodes = (await cluster.list<Node>('v1', 'Node')).filter(isReady);
  const kinds = nodes.map(({ status }) => `${status?.nodeInfo?.operatingSystem}/${status?.nodeInfo?.architecture}`);
  const usable = kinds.filter((kind) => kind === 'linux/amd64' || kind === 'linux/arm64');
  const detail = kinds.length > 0 ? `${kinds.length} ready (${[...new Set(kinds)].sort().join(', ')})` : 'none is ready';
  return usable.length > 0 ? ok('nodes', detail) : missing('nodes', detail, 'add a node with Linux on x86-64 or arm64');
}

const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';

/** Who takes the database of the mesh needs a volume for it; a managed one needs none, and a volume may be made by hand: so it is a note. */
async function storageOf(cluster: Cluster): Promise<Finding> {
  const what = 'volumes';
  const [classes, volumes] = await Promise.all([
    cluster.list<LiveObject>('storage.k8s.io/v1', 'StorageClass').catch(() => []),
    cluster.list<LiveObject>('v1', 'PersistentVolume').catch(() => []),
  ]);
  const usual = classes.find(({ metadata }) => metadata?.annotations?.[IS_DEFAULT] === 'true')?.metadata?.name;
  if (usual) return ok(what, `of the storage class ${usual}`);
  if (volumes.length > 0) return ok(what, `${volumes.length} made by hand`);
  return note(
    what,
    'no default storage class, no volume: Postgres in the mesh would wait for one',
    `mark a storage class (annotation ${IS_DEFAULT}), or take a database outside`,
  );
}

interface Wanted {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

/** What is applied in any case, and what an installation of Istio needs on top of it. */
const ALWAYS: readonly Wanted[] = [
  { verb: 'list', group: '', resource: 'nodes' },
  { verb: 'list', group: '', resource: 'pods' },
  { verb: 'patch', group: '', resource: 'namespaces' },
  { verb: 'patch', group: '', resource: 'secrets' },
  { verb: 'patch', group: '', resource: 'services' },
  { verb: 'create', group: '', resource: 'pods/portforward' },
  { verb: 'get', group: '', resource: 'pods/proxy' },
  { verb: 'watch', group: '', resource: 'pods' },
  { verb: 'patch', group: 'apps', resource: 'deployments' },
  { verb: 'watch', group: 'apps', resource: 'deployments' },
  { verb: 'delete', group: 'apps', resource: 'deployments' },
  { verb: 'patch', group: 'networking.istio.io', resource: 'virtualservices' },
  { verb: 'patch', group: 'security.istio.io', resource: 'authorizationpolicies' },
];
const FOR_ISTIO: readonly Wanted[] = [
  { verb: 'patch', group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
  { verb: 'patch', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
  { verb: 'patch', group: 'admissionregistration.k8s.io', resource: 'mutatingwebhookconfigurations' },
];

async function permissionsOf(cluster: Cluster, wanted: readonly Wanted[]): Promise<Finding> {
  const answers = await inParallel(wanted, ({ verb, group, resource }) => {
    const [name, subresource] = resource.split('/');
    const resourceAttributes = { verb, group, resource: name, ...(subresource ? { subresource } : {}) };
    return cluster.create<Review>({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    } as KubernetesObject);
  });
  const refused = wanted
    .filter((_, index) => !answers[index]?.status?.allowed)
    .map(({ verb, group, resource }) => `${verb} ${resource}${group && `.${group}`}`);
  if (refused.length === 0) return ok('permissions', `all ${wanted.length} that are needed`);
  return missing('permissions', `may not ${refused.join(', ')}`, 'use a kubeconfig whose user may, such as a cluster administrator');
}

interface Review extends LiveObject {
  readonly status?: { readonly allowed?: boolean };
}

/**
 * Whether the API server reaches istiod's webhook: it must refuse a VirtualService that takes every host of the mesh. On EKS a node security group
 * that keeps 15017 closed lets it time out. https://istio.io/latest/docs/ops/common-problems/injection/
 */
async function webhookOf(cluster: Cluster, istio: IstioState): Promise<Finding> {
  const what = 'webhook';
  if (istio.is === 'absent') return note(what, 'tried when Istio is installed');
  const message = await webhookAnswer(cluster).catch((error: unknown) => messageOf(error));
  return message === undefined ? ok(what, 'istiod answers the API server') : missing(what, message, WEBHOOK_HINT);
}

/** What to do where the API server cannot ask istiod. */
export const WEBHOOK_HINT =
  'let the API server reach the nodes at TCP 15017 (istiod’s webhook) and 15012: on EKS a rule of the node security group (docs/how-to/deploy-to-aws.md)';

/** undefined where istiod refused what it must refuse; else what came instead. */
export async function webhookAnswer(cluster: Cluster): Promise<string | undefined> {
  const nonsense = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'webhook-probe', namespace: ISTIO_NAMESPACE },
    spec: { hosts: ['*'], http: [{ route: [{ destination: { host: 'probe.example' } }] }] },
  } as KubernetesObject;
  const message = await cluster.dryRun(nonsense);
  if (message === undefined) return 'no webhook of Istio looked at an object';
  return /denied the request|validation\.istio/.test(message) && !/failed calling webhook/.test(message) ? undefined : message;
}
