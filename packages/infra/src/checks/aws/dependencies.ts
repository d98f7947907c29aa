import type { Statement } from '../../hcl/shape.ts';
import { isBlock, type TerraformModule } from '../../hcl/terraform-module.ts';
import { pathsIn } from '../references.check.ts';
import { resourcesOf } from './resources.ts';

/** The addresses that each resource of a module needs, directly or through others, locals included. Terraform destroys in the other order. */
export function dependenciesOf(module: TerraformModule): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map<string, readonly string[]>(
    resourcesOf(module).map(({ address, block }) => [address, block.body.flatMap(addressesIn)]),
  );
  for (const { block } of module.blocks)
    if (block.name === 'locals') for (const local of block.body) direct.set(`local.${local.name}`, addressesIn(local));
  return new Map([...direct.keys()].map((address) => [address, reachable(address, direct)]));
}

function reachable(start: string, direct: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...(direct.get(start) ?? [])];
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (found.has(address)) continue;
    found.add(address);
    waiting.push(...(direct.get(address) ?? []));
  }
  return found;
}

const addressesIn = (statement: Statement): readonly string[] =>
  isBlock(statement)
    ? statement.body.flatMap(addressesIn)
    : pathsIn(statement.expression).map((path) => path.slice(0, path[0] === 'data' || path[0] === 'ephemeral' ? 3 : 2).join('.'));
