import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { terraformFolder } from '../hcl/terraform-module.ts';

/** The part of an environment's terraform.tfvars that programs here read. */
export interface EnvironmentVariables {
  readonly network: { readonly zones: readonly string[]; readonly nat_per_zone: boolean };
  readonly cluster: {
    readonly node_groups: Readonly<
      Record<string, { readonly instance_types: readonly string[]; readonly minimum: number; readonly disk_gib: number }>
    >;
  };
  readonly database: {
    readonly instance_class: string;
    readonly multi_az: boolean;
    readonly storage_gib: number;
    readonly backup_region?: string;
  };
  readonly alarms: { readonly budget_usd: number };
  readonly region: string;
  /** `repository`: OWNER/NAME, or with ids: OWNER@1/NAME@2. */
  readonly ci: { readonly repository: string };
}

/** The values of live/ENVIRONMENT/terraform.tfvars. */
export async function environmentVariables(environment: string): Promise<EnvironmentVariables> {
  const file = join(terraformFolder, 'live', environment, 'terraform.tfvars');
  return (await parse(file, await readFile(file, 'utf8'))) as unknown as EnvironmentVariables;
}
