import { existsSync } from 'node:fs';
import { readModule, type TerraformModule } from '../hcl/terraform-module.ts';
import type { SchemaLookup } from '../schema/provider-schema.ts';
import { alarmChecks } from './aws/alarms.checks.ts';
import { clusterChecks } from './aws/cluster.checks.ts';
import { databaseChecks } from './aws/database.checks.ts';
import { edgeChecks } from './aws/edge.checks.ts';
import { permissionChecks } from './aws/permissions.checks.ts';
import { registryChecks } from './aws/registry.checks.ts';
import { roleChecks } from './aws/roles.checks.ts';
import type { AwsCheck, Finding } from './finding.ts';
import { checkHouseRules } from './house-rules.check.ts';
import { checkLockFile } from './lock-file.check.ts';
import { checkMocks } from './mocks.check.ts';
import { calledFolders, checkModuleCalls } from './module-calls.check.ts';
import { checkReferences } from './references.check.ts';
import { checkResources } from './resources.check.ts';

/** All findings of a module: from its text and from the providers' schemas. */
export async function checkTerraform(folder: string, schemas: SchemaLookup): Promise<readonly Finding[]> {
  const module = await readModule(folder);
  const modules = new Map<string, TerraformModule>();
  for (const [name, source] of calledFolders(module)) if (existsSync(source)) modules.set(name, await readModule(source));
  return [
    ...(await checkResources(module, schemas)),
    ...(await checkReferences(module, modules, schemas)),
    ...checkModuleCalls(module, modules),
    ...checkHouseRules(module),
    ...(await checkLockFile(module)),
    ...checkAws(module, [...modules.values()]),
    ...(await checkMocks(module, [...modules.values()], schemas)),
  ];
}

export const awsChecks: readonly AwsCheck[] = [
  ...alarmChecks,
  ...clusterChecks,
  ...databaseChecks,
  ...edgeChecks,
  ...permissionChecks,
  ...registryChecks,
  ...roleChecks,
];

/** Every place of a module that breaks a rule of AWS. */
export const checkAws = (module: TerraformModule, called: readonly TerraformModule[] = []): readonly Finding[] =>
  awsChecks.flatMap(({ code, hint, find }) => find(module, called).map((place) => ({ ...place, code, hint })));
