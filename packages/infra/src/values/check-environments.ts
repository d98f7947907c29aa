import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import type { Finding } from '../checks/finding.ts';
import { type Json, readModule } from '../hcl/terraform-module.ts';
import { checkActions } from './actions.check.ts';
import type { AwsData } from './aws-data.ts';
import { contextsOf, withDefaults } from './known-values.ts';
import { type Coverage, checkValues } from './values.check.ts';

/** What a folder of Terraform gives AWS in each environment that AWS does not take, and how much of it was looked at. */
export async function checkEnvironments(
  folder: string,
  environments: readonly string[],
  data: AwsData,
): Promise<{ readonly findings: readonly Finding[]; readonly coverage: Coverage }> {
  const root = await readModule(join(folder, 'live'));
  const topology = JSON.parse(await readFile(join(folder, 'live/topology.auto.tfvars.json'), 'utf8')) as Record<string, Json>;
  const findings: Finding[] = [];
  const coverages: Coverage[] = [];
  for (const environment of environments) {
    const file = join(folder, 'live', environment, 'terraform.tfvars');
    const given = { ...topology, ...((await parse(file, await readFile(file, 'utf8'))) as Record<string, Json>) };
    findings.push(...unknownRegion(file, given, data));
    if (!data.regions.includes(String(given.region))) continue;
    for (const [source, context] of contextsOf(root, environment, given)) {
      const module = await readModule(join(folder, 'live', source));
      const { findings: found, coverage } = await checkValues(module, withDefaults(module, context), data);
      findings.push(...found);
      if (environment === environments[0]) {
        coverages.push(coverage);
        findings.push(...checkActions(module, data));
      }
    }
  }
  const sum = (name: keyof Coverage): number => coverages.reduce((total, coverage) => total + coverage[name], 0);
  return {
    findings,
    coverage: { resources: sum('resources'), arguments: sum('arguments'), mapped: sum('mapped'), checked: sum('checked') },
  };
}

const unknownRegion = (file: string, { region }: Readonly<Record<string, Json>>, { regions }: AwsData): readonly Finding[] =>
  regions.includes(String(region))
    ? []
    : [
        {
          file,
          line: 1,
          message: `AWS has no region ${region}`,
          code: 'AWS403',
          hint: `write one such as ${regions.slice(0, 3).join(', ')}`,
        },
      ];
