import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubernetesObject, silent } from '@mesh-platform/kubernetes';
import { checkout, run, tool } from '@mesh-platform/targets';
import { loadAll } from 'js-yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { EKS_ENVIRONMENTS, type EksEnvironment, outputsOf } from '../src/eks/outputs.ts';

interface Workload extends KubernetesObject {
  readonly spec: {
    readonly minReplicas?: number;
    readonly template: {
      readonly spec: {
        readonly topologySpreadConstraints?: readonly { readonly topologyKey: string }[];
        readonly containers: readonly {
          readonly name: string;
          readonly image: string;
          readonly env?: readonly { readonly name: string }[];
        }[];
      };
    };
  };
}

const build = async (folder: string) => run(await tool('kubectl', silent), ['kustomize', join(checkout, folder)], { timeout: 60_000 });
const kustomize = async (folder: string) => loadAll(await build(folder)) as Workload[];
const ofKind = (objects: readonly Workload[], kind: string) => objects.filter((object) => object.kind === kind);
const placesOf = async (environment: EksEnvironment): Promise<readonly string[]> => {
  const { repositories, database, edge } = await outputsOf(environment);
  return [...Object.values(repositories), database.host, edge.target_group_arn, new URL(edge.url).hostname];
};

describe.each(EKS_ENVIRONMENTS)('deploy/%s', (environment) => {
  let platform: readonly Workload[];
  beforeAll(async () => {
    platform = await kustomize(`deploy/${environment}`);
  });

  it('each version runs an image by its digest, twice and more, over the zones, and scales by its load', () => {
    const deployments = ofKind(platform, 'Deployment');
    expect(deployments.length).toBeGreaterThanOrEqual(1);
    for (const { metadata, spec } of deployments) {
      for (const { image } of spec.template.spec.containers)
        expect(image, metadata?.name).toMatch(/^\d+\.dkr\.ecr\.\S+@sha256:[0-9a-f]{64}$/);
      expect(spec.template.spec.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey)).toContain('topology.kubernetes.io/zone');
      const autoscaler = ofKind(platform, 'HorizontalPodAutoscaler').find((object) => object.metadata?.name === metadata?.name);
      expect(autoscaler?.spec.minReplicas, metadata?.name).toBeGreaterThanOrEqual(2);
    }
  });

  it('the database is outside: no StatefulSet, no volume, no Secret in Git', () => {
    const kinds = new Set(platform.map(({ kind }) => kind));
    for (const absent of ['StatefulSet', 'PersistentVolumeClaim', 'Secret']) expect(kinds).not.toContain(absent);
    for (const present of ['TargetGroupBinding', 'ServiceEntry']) expect(kinds).toContain(present);
    // #region samples
    for (const present of ['ExternalSecret', 'SecurityGroupPolicy']) expect(kinds).toContain(present); // of a client of the database
    // #endregion samples
  });

  it('no rule of the mesh finds anything in what kustomize builds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-eks-'));
    try {
      const built = join(folder, 'built.yaml');
      await writeFile(built, await build(`deploy/${environment}`));
      const check = [join(checkout, 'packages/cli/src/main.ts'), 'mesh', 'check', built];
      await expect(run(process.execPath, check, { timeout: 60_000 })).resolves.toContain('nothing found');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('the overlay adds Prometheus, Grafana, Kiali and Jaeger, and sends every service’s traces there', async () => {
    const all = await kustomize(`deploy/${environment}-observability`);
    const names = ofKind(all, 'Deployment').map(({ metadata }) => metadata?.name);
    expect(names).toEqual(expect.arrayContaining(['prometheus', 'grafana', 'kiali', 'jaeger']));
    const tracing = ofKind(all, 'Deployment').filter(({ spec }) =>
      spec.template.spec.containers.some(({ env = [] }) => env.some(({ name }) => name === 'OTEL_EXPORTER_OTLP_ENDPOINT')),
    );
    expect(tracing.map(({ metadata }) => metadata?.name).sort()).toEqual(
      ofKind(platform, 'Deployment')
        .map(({ metadata }) => metadata?.name)
        .sort(),
    );
  });

  it('names what Terraform made for it, and nothing of another environment', async () => {
    const text = JSON.stringify(platform);
    for (const place of await placesOf(environment)) expect(text).toContain(place);
    for (const other of EKS_ENVIRONMENTS.filter((name) => name !== environment))
      for (const place of await placesOf(other)) expect(text).not.toContain(place);
  });
});
