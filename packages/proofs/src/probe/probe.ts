import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Cluster, KubernetesObject, LiveObject } from '@mesh-platform/kubernetes';

/** One thing that a probe tries from inside its pod. */
export interface Attempt {
  /** `grpc`: a call without a message. `postgres`: the first bytes of a client, which any PostgreSQL answers with one byte. */
  readonly kind: 'http' | 'grpc' | 'postgres';
  readonly host: string;
  readonly port: number;
  /** Of `http` and `grpc`. */
  readonly path?: string;
}

export interface ProbeOptions {
  readonly namespace: string;
  /** Whose identity it has. */
  readonly serviceAccount?: string;
  /** What the probe's own proxy knows beside nothing: hosts of a Sidecar, such as `./core.platform.svc.cluster.local`. */
  readonly egress?: readonly string[];
}

interface Pod extends LiveObject {
  readonly status?: { readonly phase?: string; readonly initContainerStatuses?: readonly { readonly name: string }[] };
}

const PROBE_MS = 90_000;

/**
 * Runs attempts in a pod of their own, with the image of web (Node.js, non-root) and the hardening that the namespace
 * enforces. Gives a word for each: an HTTP status, `grpc-status N`, `answer X`, or `closed: …`.
 */
export async function probe(
  cluster: Cluster,
  { namespace, serviceAccount, egress }: ProbeOptions,
  wanted: readonly Attempt[],
): Promise<readonly string[]> {
  const name = `probe-${randomBytes(4).toString('hex')}`;
  const sidecar = egress && {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { name, namespace },
    spec: { workloadSelector: { labels: { app: name } }, egress: [{ hosts: egress }] },
  };
  const pod = probePod(
    name,
    namespace,
    await webImage(cluster),
    serviceAccount,
    wanted,
    await readFile(new URL('probe-script.ts', import.meta.url), 'utf8'),
  );
  try {
    if (sidecar) await cluster.apply([sidecar as KubernetesObject], 'probe');
    await cluster.apply([pod], 'probe');
    const ended = (objects: readonly LiveObject[]) => {
      const phase = (objects.find(({ metadata }) => metadata?.name === name) as Pod | undefined)?.status?.phase;
      return phase === 'Succeeded' || phase === 'Failed' ? phase : undefined;
    };
    const phase = await cluster.watchUntil(`/api/v1/namespaces/${namespace}/pods`, AbortSignal.timeout(PROBE_MS), ended);
    const log = await cluster.getText(`/api/v1/namespaces/${namespace}/pods/${name}/log?container=probe`);
    if (phase === 'Failed') throw new Error(`the probe failed: ${log}`);
    return JSON.parse(log) as string[];
  } finally {
    await cluster.delete(pod);
    if (sidecar) await cluster.delete(sidecar as KubernetesObject);
  }
}

async function webImage(cluster: Cluster): Promise<string> {
  const deployment = await cluster.read({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web-v1', namespace: 'platform' } });
  const spec = deployment?.spec as { template: { spec: { containers: { image: string }[] } } } | undefined;
  const image = spec?.template.spec.containers[0]?.image;
  if (!image) throw new Error('web-v1 has no image');
  return image;
}

const probePod = (
  name: string,
  namespace: string,
  image: string,
  serviceAccountName: string | undefined,
  wanted: readonly Attempt[],
  script: string,
): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      ...(serviceAccountName ? { serviceAccountName } : {}),
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'probe',
          image,
          command: [
            'node',
            '--disable-warning=ExperimentalWarning',
            '--input-type=module-typescript',
            '-e',
            script,
            JSON.stringify(wanted),
          ],
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  }) as KubernetesObject;
