import type { TerraformModule } from '../../hcl/terraform-module.ts';
import type { Finding } from '../finding.ts';
import type { AwsCheck } from './aws-check.ts';
import { clusterChecks } from './cluster.checks.ts';
import { databaseChecks } from './database.checks.ts';
import { edgeChecks } from './edge.checks.ts';
import { permissionChecks } from './permissions.checks.ts';
import { registryChecks } from './registry.checks.ts';

export const awsChecks: readonly AwsCheck[] = [...clusterChecks, ...databaseChecks, ...edgeChecks, ...permissionChecks, ...registryChecks];

/** Every place of a module that breaks a rule of AWS. */
export const checkAws = (module: TerraformModule, called: readonly TerraformModule[] = []): readonly Finding[] =>
  awsChecks.flatMap(({ code, hint, find }) => find(module, called).map((place) => ({ ...place, code, hint })));
