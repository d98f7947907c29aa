import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';

/** The environments on EKS: a folder of infra/terraform/live has the variables of each, without `eks-`. */
export const EKS_ENVIRONMENTS = ['eks-dev', 'eks-prod'] as const;
export type EksEnvironment = (typeof EKS_ENVIRONMENTS)[number];

const APPLY = 'apply infra/terraform/live, then write outputs.json of the environment again (docs/how-to/deploy-to-aws.md)';

/** The login that the service uses, and the one whose password the next rotation changes. */
export interface ClientLogins {
  readonly active: string;
  readonly idle: string;
}

/** The outputs of infra/terraform/live for an environment. */
export interface Outputs {
  readonly region: string;
  readonly cluster_name: string;
  /** Where each image is pulled from. */
  readonly repositories: Readonly<Record<string, string>>;
  /** What takes the place of `docker.io` in the names of images; without it nodes pull from Docker Hub. */
  readonly image_cache?: string | undefined;
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly client_security_group_id: string;
    /** The names in Secrets Manager of each client's two logins, by the client. */
    readonly client_logins: Readonly<Record<string, ClientLogins>>;
    /** How often the passwords were rotated, and one. */
    readonly client_password_version: number;
    readonly master_secret_arn: string;
  };
  readonly node_security_group_id: string;
  readonly edge: { readonly url: string; readonly target_group_arn: string; readonly redirect_target_group_arn: string };
}

/** Reads what `./run ENVIRONMENT output -json` prints. Throws a PlatformError that names the output that is missing. */
export function readOutputs(json: Readonly<Record<string, { readonly value: unknown }>>): Outputs {
  const value = (name: keyof Outputs): unknown => {
    const output = json[name]?.value;
    if (output === undefined || output === null || output === '') throw new PlatformError(`Terraform's outputs have no ${name}`, APPLY);
    return output;
  };
  return {
    region: value('region') as string,
    cluster_name: value('cluster_name') as string,
    repositories: value('repositories') as Outputs['repositories'],
    ...(typeof json.image_cache?.value === 'string' && { image_cache: json.image_cache.value }),
    database: value('database') as Outputs['database'],
    node_security_group_id: value('node_security_group_id') as string,
    edge: value('edge') as Outputs['edge'],
  };
}

/** The outputs that are committed for an environment. */
export const outputsOf = async (environment: EksEnvironment): Promise<Outputs> =>
  readOutputs(JSON.parse(await readFile(join(checkout, 'environments', environment, 'outputs.json'), 'utf8')));

/** The names in Secrets Manager of a client's logins. Throws a PlatformError where Terraform has not made them. */
export function loginsOf({ database }: Pick<Outputs, 'database'>, client: string): ClientLogins {
  const logins = database.client_logins?.[client];
  if (!logins) throw new PlatformError(`Terraform's outputs have no password of ${client}, which calls the database`, APPLY);
  return logins;
}
