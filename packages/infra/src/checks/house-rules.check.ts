import { basename } from 'node:path';
import { member, type TerraformModule } from '../hcl/terraform-module.ts';
import type { Finding } from './finding.ts';

/** Every variable typed, described and validated (a bool needs no rule), every output described, and the four files that a module has. */
export function checkHouseRules(module: TerraformModule): readonly Finding[] {
  return [...checkFiles(module), ...checkVariables(module), ...checkOutputs(module)];
}

function checkFiles(module: TerraformModule): readonly Finding[] {
  const files = new Set(module.blocks.map(({ file }) => basename(file)));
  return ['main.tf', 'variables.tf', 'outputs.tf', 'versions.tf']
    .filter((name) => !files.has(name))
    .map((name) => ({ file: module.folder, line: 1, message: `the module has no ${name}` }));
}

function checkVariables(module: TerraformModule): readonly Finding[] {
  return module.blocks
    .filter(({ block }) => block.name === 'variable')
    .flatMap(({ file, block, values }) => {
      const missing = (what: string): Finding => ({ file, line: block.line, message: `the variable ${block.labels[0]} has no ${what}` });
      const has = (name: string) => block.body.some((statement) => statement.name === name);
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the parser's way to write a type
      const isBool = member(values, 'type') === '${bool}';
      return [
        ...['type', 'description'].filter((name) => !has(name)).map(missing),
        ...(isBool || has('validation') ? [] : [missing('validation')]),
      ];
    });
}

function checkOutputs(module: TerraformModule): readonly Finding[] {
  return module.blocks
    .filter(({ block }) => block.name === 'output' && !block.body.some((statement) => statement.name === 'description'))
    .map(({ file, block }) => ({ file, line: block.line, message: `the output ${block.labels[0]} has no description` }));
}
