import { PlatformError } from '@mesh-platform/kubernetes';

/** The outputs of infra/terraform/live for an environment. */
export interface Outputs {
  readonly region: string;
  /** Where each image is pulled from. */
  readonly repositories: Readonly<Record<string, string>>;
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly client_security_group_id: string;
    /** The name in Secrets Manager of the secret with each client's password, by the client. */
    readonly client_secret_names: Readonly<Record<string, string>>;
    readonly master_secret_arn: string;
  };
  readonly node_security_group_id: string;
  readonly edge: { readonly url: string; readonly target_group_arn: string };
}

/** Reads what `./run ENVIRONMENT output -json` prints. Throws a PlatformError that names the output that is missing. */
export function readOutputs(json: Readonly<Record<string, { readonly value: unknown }>>): Outputs {
  const value = (name: keyof Outputs): unknown => {
    const output = json[name]?.value;
    if (output === undefined || output === null || output === '')
      throw new PlatformError(
        `Terraform's outputs have no ${name}`,
        'apply infra/terraform/live, then write environments/eks/outputs.json again',
      );
    return output;
  };
  return {
    region: value('region') as string,
    repositories: value('repositories') as Outputs['repositories'],
    database: value('database') as Outputs['database'],
    node_security_group_id: value('node_security_group_id') as string,
    edge: value('edge') as Outputs['edge'],
  };
}

/** The name in Secrets Manager of a client's password. Throws a PlatformError where Terraform has not made it. */
export function clientSecretOf({ database }: Pick<Outputs, 'database'>, client: string): string {
  const name = database.client_secret_names?.[client];
  if (!name)
    throw new PlatformError(
      `Terraform's outputs have no password of ${client}, which calls the database`,
      'apply infra/terraform/live, then write environments/eks/outputs.json again',
    );
  return name;
}
