import { UsageError } from '@mesh-platform/kubernetes';

interface Single {
  readonly clusters: readonly { readonly name: string }[];
  readonly users: readonly { readonly user?: { readonly exec?: { readonly args?: readonly string[] | null } | null } }[];
}

/**
 * The environment whose EKS cluster a kubeconfig of one context names. `clusters`: the cluster's name of each environment. Throws a UsageError
 * where none or more than one has it: another environment's manifests would replace this one's.
 */
export function eksEnvironment(kubeconfig: string, clusters: ReadonlyMap<string, string>): string {
  const name = eksClusterName(JSON.parse(kubeconfig) as Single);
  const found = [...clusters].filter(([, cluster]) => cluster === name).map(([environment]) => environment);
  const [environment] = found;
  if (found.length === 1 && environment) return environment;
  throw new UsageError(
    `the environment of ${name ? `the EKS cluster ${name}` : 'the context'} is unknown: ${found.length} environments have it`,
    `name it by --environment: ${[...clusters.keys()].join(', ')}, or a file of your own in environments/`,
  );
}

/** `aws eks update-kubeconfig` names the cluster by its ARN, eksctl NAME.REGION.eksctl.io; both give `aws eks get-token` the name. */
function eksClusterName({ clusters, users }: Single): string | undefined {
  const args = users[0]?.user?.exec?.args ?? [];
  const option = args.findIndex((arg) => arg === '--cluster-name' || arg === '-i');
  return (option >= 0 ? args[option + 1] : undefined) ?? /^arn:[^:]+:eks:[^:]*:\d+:cluster\/(.+)$/.exec(clusters[0]?.name ?? '')?.[1];
}
