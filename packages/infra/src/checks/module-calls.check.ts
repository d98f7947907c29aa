import { join } from 'node:path';
import { member, type TerraformModule } from '../hcl/terraform-module.ts';
import type { Finding } from './finding.ts';

const META = new Set(['source', 'version', 'providers', 'count', 'for_each', 'depends_on']);

/** The folder of each module that is called, by the name of the call. */
export const calledFolders = (module: TerraformModule): ReadonlyMap<string, string> =>
  new Map(
    module.blocks
      .filter(({ block }) => block.name === 'module')
      .map(({ block, values }) => [block.labels[0] ?? '', join(module.folder, String(member(values, 'source')))]),
  );

/** A call must give each variable without a default, and nothing else than variables. */
export function checkModuleCalls(module: TerraformModule, modules: ReadonlyMap<string, TerraformModule>): readonly Finding[] {
  return module.blocks
    .filter(({ block }) => block.name === 'module')
    .flatMap(({ file, block }) => {
      const name = block.labels[0] ?? '';
      const find = (line: number, message: string): Finding => ({ file, line, message: `module ${name}: ${message}` });
      const called = modules.get(name);
      if (!called) return [find(block.line, 'its source is no module here')];
      const variables = called.blocks.filter((located) => located.block.name === 'variable').map((located) => located.block);
      const known = new Set(variables.map(({ labels }) => labels[0]));
      const given = block.body.filter((statement) => !META.has(statement.name));
      const unknown = given.filter((statement) => !known.has(statement.name));
      const required = variables.filter(({ body }) => !body.some((statement) => statement.name === 'default'));
      const missing = required.filter(({ labels }) => !given.some((statement) => statement.name === labels[0]));
      return [
        ...unknown.map((statement) => find(statement.line, `it has no variable ${statement.name}`)),
        ...missing.map(({ labels }) => find(block.line, `${labels[0]} is required and missing`)),
      ];
    });
}
