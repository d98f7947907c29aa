import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { object } from './aws-objects.ts';
import { ADMIN_NAMESPACE } from './database-role.ts';

/** What Argo CD or Flux syncs. */
export interface GitOpsPlace {
  /** `eks-dev`: the folder in deploy/. */
  readonly environment: string;
  readonly cluster: string;
  readonly namespace: string;
  /** The address of the Git repository. */
  readonly repository: string;
  /** Whether deploy/ENVIRONMENT/database-role has a job. */
  readonly hasDatabaseRole: boolean;
}

interface Patch {
  readonly target: { readonly group?: string; readonly kind: string };
  readonly patch: string;
}

/**
 * Routes and their subsets belong to `mesh apply` only, and so do the weights in them. A list of routes is atomic in server-side apply: who applies
 * a route owns all weights, and `mesh split` and `mesh rollout` refuse to change routes that another field manager owns.
 */
const WITHOUT_ROUTES: Patch = {
  target: { group: 'networking.istio.io', kind: 'VirtualService|DestinationRule' },
  patch: '$patch: delete\napiVersion: v1\nkind: any\nmetadata: { name: any }\n',
};

/** A job that deletes itself would be created again at each reconciliation. */
const KEPT_JOB: Patch = { target: { kind: 'Job' }, patch: '- { op: remove, path: /spec/ttlSecondsAfterFinished }\n' };

/** The database's roles before the pods that log in: Argo CD waits for the health of a wave. */
const EARLIER: Patch = {
  target: { kind: '.*' },
  patch: 'apiVersion: v1\nkind: any\nmetadata: { name: any, annotations: { argocd.argoproj.io/sync-wave: "-1" } }\n',
};

/** `mesh apply` deletes what the topology no longer has, after the routes that lead there. */
const NOT_PRUNED: Patch = {
  target: { kind: '.*' },
  patch: 'apiVersion: v1\nkind: any\nmetadata: { name: any, annotations: { argocd.argoproj.io/sync-options: Prune=false } }\n',
};

/** An Application of Argo CD, in place of the step of `up` that applies the services. */
export const argoCd = ({ environment, cluster, namespace, repository, hasDatabaseRole }: GitOpsPlace): readonly KubernetesObject[] => {
  const source = (path: string, patches: readonly Patch[]) => ({
    repoURL: repository,
    targetRevision: 'main',
    path: `deploy/${path}`,
    kustomize: { patches },
  });
  return [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: cluster,
        namespace: 'argocd',
        // The API server's defaults are no difference.
        annotations: { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' },
      },
      spec: {
        project: 'default',
        destination: { server: 'https://kubernetes.default.svc', namespace },
        sources: [
          ...(hasDatabaseRole ? [source(`${environment}/database-role`, [KEPT_JOB, EARLIER])] : []),
          source(environment, [WITHOUT_ROUTES, NOT_PRUNED]),
        ],
        syncPolicy: {
          automated: { selfHeal: true, prune: true },
          syncOptions: ['ServerSideApply=true', 'ApplyOutOfSyncOnly=true'],
          retry: { limit: 10, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
        },
      },
    } as KubernetesObject,
  ];
};

/** A source and Kustomizations of Flux, in place of the step of `up` that applies the services. */
export const flux = ({ environment, cluster, repository, hasDatabaseRole }: GitOpsPlace): readonly KubernetesObject[] => {
  const kustomization = (name: string, path: string, patches: readonly Patch[], dependsOn: readonly string[] = []) =>
    object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', name, 'flux-system', {
      spec: {
        interval: '10m',
        timeout: '10m',
        prune: path !== environment, // `mesh apply` deletes services, after the routes that lead to them
        wait: true,
        path: `./deploy/${path}`,
        sourceRef: { kind: 'GitRepository', name: cluster },
        patches,
        ...(dependsOn.length > 0 && { dependsOn: dependsOn.map((one) => ({ name: one })) }),
      },
    });
  const role = `${cluster}-${ADMIN_NAMESPACE}`;
  return [
    object('source.toolkit.fluxcd.io/v1', 'GitRepository', cluster, 'flux-system', {
      spec: { interval: '1m', url: repository, ref: { branch: 'main' } },
    }),
    ...(hasDatabaseRole ? [kustomization(role, `${environment}/database-role`, [KEPT_JOB])] : []),
    kustomization(cluster, environment, [WITHOUT_ROUTES], hasDatabaseRole ? [role] : []),
  ];
};
