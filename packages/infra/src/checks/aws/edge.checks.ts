import { isBlock, member, type TerraformModule } from '../../hcl/terraform-module.ts';
import type { AwsCheck } from '../finding.ts';
import { expressionOf, type Resource, resourcesOf } from './resources.ts';

/** What stands between the internet and the gateway. */
export const edgeChecks: readonly AwsCheck[] = [
  {
    code: 'AWS310',
    title: 'who uses a subnet waits for its route, and goes before it',
    hint: 'add depends_on with the route and its association to the output',
    find: (module) =>
      module.blocks
        .filter(({ block }) => block.name === 'output')
        .flatMap(({ file, block }) => {
          const waitsFor = expressionOf(block, 'depends_on') ?? '';
          return routesOf(module, expressionOf(block, 'value') ?? '')
            .filter((route) => !waitsFor.includes(route.address))
            .map((route) => ({ file, line: block.line, message: `output ${block.labels[0]} does not wait for ${route.address}` }));
        }),
  },
  {
    code: 'AWS311',
    title: 'records of a certificate have keys that are known before it exists',
    hint: 'let for_each take the domain names; domain_validation_options is known after apply',
    find: (module) =>
      module.blocks
        .filter(({ block }) => (expressionOf(block, 'for_each') ?? '').includes('.domain_validation_options'))
        .map(({ file, block }) => ({ file, line: block.line, message: `for_each of ${block.labels.join('.')} is known after apply` })),
  },
  {
    code: 'AWS313',
    title: 'port 80 answers too, to redirect',
    hint: 'add a listener on port 80 whose targets redirect to HTTPS: who types the name without https:// waits for a timeout otherwise',
    find: (module) => {
      const listeners = resourcesOf(module, 'aws_lb_listener');
      const onPort = (wanted: number) => listeners.filter(({ values }) => member(values, 'port') === wanted);
      if (onPort(80).length > 0) return [];
      return onPort(443).map(({ file, block, address }) => ({
        file,
        line: block.line,
        message: `${address} has no listener on port 80 next to it`,
      }));
    },
  },
];

/** The routes of the tables that the subnets of an expression are associated with. */
function routesOf(module: TerraformModule, expression: string): readonly Resource[] {
  const names = (text: string, type: string): readonly string[] =>
    [...text.matchAll(new RegExp(`(?<![\\w.])${type}\\.(\\w+)`, 'g'))].map(([, name]) => name ?? '');
  const subnets = names(expression, 'aws_subnet');
  const tables = resourcesOf(module, 'aws_route_table_association')
    .map(textOf)
    .filter((text) => names(text, 'aws_subnet').some((name) => subnets.includes(name)))
    .flatMap((text) => names(text, 'aws_route_table'));
  return resourcesOf(module, 'aws_route').filter((route) => names(textOf(route), 'aws_route_table').some((name) => tables.includes(name)));
}

const textOf = ({ block }: Resource): string => block.body.map((statement) => (isBlock(statement) ? '' : statement.expression)).join('\n');
