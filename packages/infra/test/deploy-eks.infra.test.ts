import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubernetesObject, silent } from '@mesh-platform/kubernetes';
import { checkout, run, tool } from '@mesh-platform/targets';
import { dump, loadAll } from 'js-yaml';
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
/** What Argo CD or Flux builds of a folder, with its own patches. */
async function builtWith(folder: string, patches: readonly object[]): Promise<readonly Workload[]> {
  const root = await mkdtemp(join(tmpdir(), 'mesh-platform-gitops-'));
  try {
    await cp(join(checkout, folder), join(root, 'base'), { recursive: true });
    await writeFile(join(root, 'kustomization.yaml'), dump({ resources: ['base'], patches }));
    return loadAll(await run(await tool('kubectl', silent), ['kustomize', root], { timeout: 60_000 })) as Workload[];
  } finally {
    await rm(root, { recursive: true });
  }
}
interface Synced {
  readonly path: string;
  readonly patches: readonly object[];
}
interface GitOps {
  readonly kind: string;
  readonly spec: Synced & {
    readonly sources: readonly { readonly path: string; readonly kustomize: { readonly patches: readonly object[] } }[];
  };
}
const gitOps = async (environment: string, file: string) =>
  loadAll(await readFile(join(checkout, `deploy/${environment}-gitops`, file), 'utf8')) as GitOps[];
const syncedBy = {
  'argo-cd.yaml': (objects) =>
    objects.flatMap(({ spec }) => spec.sources.map(({ path, kustomize }) => ({ path, patches: kustomize.patches }))),
  'flux.yaml': (objects) => objects.filter(({ kind }) => kind === 'Kustomization').map(({ spec }) => spec),
} satisfies Record<string, (objects: readonly GitOps[]) => readonly Synced[]>;
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

  it.each(Object.entries(syncedBy))(
    '%s syncs everything but the routes, whose weights are those of mesh, and keeps the job',
    async (file, read) => {
      const synced = read(await gitOps(environment, file));
      const patchesOf = (path: string) => synced.find((one) => join(one.path) === path)?.patches ?? [];
      const routes = (objects: readonly Workload[]) =>
        objects.filter(({ kind }) => kind === 'VirtualService' || kind === 'DestinationRule');
      const nameAndKind = ({ kind, metadata }: Workload) => `${kind} ${metadata?.name}`;
      expect(routes(platform).length).toBeGreaterThan(0);
      expect((await builtWith(`deploy/${environment}`, patchesOf(`deploy/${environment}`))).map(nameAndKind).sort()).toEqual(
        platform
          .filter((object) => !routes(platform).includes(object))
          .map(nameAndKind)
          .sort(),
      );
      // #region samples
      const role = `deploy/${environment}/database-role`; // there is a client of the database
      const [job] = ofKind(await builtWith(role, patchesOf(role)), 'Job');
      expect(job?.spec).not.toHaveProperty('ttlSecondsAfterFinished');
      // #endregion samples
    },
  );

  it('names what Terraform made for it, and nothing of another environment', async () => {
    const text = JSON.stringify(platform);
    for (const place of await placesOf(environment)) expect(text).toContain(place);
    for (const other of EKS_ENVIRONMENTS.filter((name) => name !== environment))
      for (const place of await placesOf(other)) expect(text).not.toContain(place);
  });
});
