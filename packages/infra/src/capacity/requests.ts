import { globSync } from 'node:fs';
import { join } from 'node:path';
import { type KubernetesObject, readManifest } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { addonsOfCluster, addonsOfNode, type PodRequest } from './addon-requests.ts';

/** What runs once a node, and what runs somewhere. */
export interface Requests {
  readonly eachNode: readonly PodRequest[];
  readonly pods: readonly PodRequest[];
}

interface Container {
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}
interface Workload extends KubernetesObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly minReplicas?: number;
    readonly scaleTargetRef?: { readonly name: string };
    readonly template?: { readonly metadata?: Labelled; readonly spec?: { readonly containers: readonly Container[] } };
  };
}
interface Labelled {
  readonly labels?: Readonly<Record<string, string>>;
}

const NO_SIDECAR = 'sidecar.istio.io/inject';

/** What everything that a rendered environment has asks for, at its least replicas: its own pods, their proxies, Istio and the add-ons. */
export async function requestsOf(environment: string): Promise<Requests> {
  const istio = await read('infra/istio/eks/rendered.yaml');
  const files = globSync(`deploy/${environment}/*.yaml`, { cwd: checkout }).filter((file) => !file.endsWith('kustomization.yaml'));
  const platform = (await Promise.all(files.map(read))).flat();
  const sidecar = sidecarIn(istio);
  return {
    eachNode: [...addonsOfNode, ...ofKind(istio, 'DaemonSet').map((object) => requestOf(object))],
    pods: [...addonsOfCluster, ...podsOf(istio), ...podsOf(platform, sidecar)],
  };
}

const read = async (file: string): Promise<readonly Workload[]> =>
  (await readManifest(join(checkout, file))) as unknown as readonly Workload[];
const ofKind = (objects: readonly Workload[], kind: string) => objects.filter((object) => object.kind === kind);

/** The pods of Deployments, each with what is injected into it; an autoscaler's least number counts before their own. */
function podsOf(objects: readonly Workload[], injected?: PodRequest): readonly PodRequest[] {
  return ofKind(objects, 'Deployment').flatMap((object) => {
    const scaler = ofKind(objects, 'HorizontalPodAutoscaler').find(({ spec }) => spec?.scaleTargetRef?.name === object.metadata?.name);
    const replicas = scaler?.spec?.minReplicas ?? object.spec?.replicas ?? 1;
    const bare = object.spec?.template?.metadata?.labels?.[NO_SIDECAR] === 'false';
    return Array.from({ length: replicas }, () => requestOf(object, bare ? undefined : injected));
  });
}

function requestOf({ metadata, spec }: Workload, injected: PodRequest = { name: '', cpu: 0, memory: 0 }): PodRequest {
  const requests = (spec?.template?.spec?.containers ?? []).map(({ resources }) => resources?.requests ?? {});
  return {
    name: metadata?.name ?? '',
    cpu: requests.reduce((sum, { cpu = '0' }) => sum + millicores(cpu), injected.cpu),
    memory: requests.reduce((sum, { memory = '0' }) => sum + mebibytes(memory), injected.memory),
  };
}

/** What istiod's injector gives each pod. */
function sidecarIn(istio: readonly Workload[]): PodRequest {
  const injector = istio.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === 'istio-sidecar-injector');
  const values = JSON.parse((injector as unknown as { data: { values: string } }).data.values);
  const { cpu, memory } = values.global.proxy.resources.requests;
  return { name: 'istio-proxy', cpu: millicores(cpu), memory: mebibytes(memory) };
}

/** `200m`, `0.5` and `2`, in thousandths of a vCPU. */
export const millicores = (text: string): number => (text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1000);

/** `128Mi`, `1Gi` and plain bytes, in MiB. Throws for a unit that is neither. */
export function mebibytes(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)(Mi|Gi|)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`memory in an unknown unit: ${text}`);
  return Number(number) * ({ Mi: 1, Gi: 1024 }[unit] ?? 1 / 1024 ** 2);
}
