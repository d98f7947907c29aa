import type { DestinationRule } from '../../../model/destination-rules.ts';
import type { Named } from '../../../model/fields.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { destinationsOf } from '../../../model/virtual-services.ts';
import { originOf } from '../../../object.ts';
import { rule } from '../rule.ts';

/** Whether one file gives an object before another, so that `kubectl apply` does too. */
function isBefore(first: Named, second: Named, { positions }: Inventory): boolean {
  const position = ({ object }: Named) => positions.get(object) ?? 0;
  return originOf(first.object)?.file === originOf(second.object)?.file && position(first) < position(second);
}

const definesSubset = ({ subsets }: DestinationRule, subset: string): boolean => subsets.some(({ name }) => name === subset);

export const ruleBeforeRoute = rule({
  code: 'MESH214',
  title: 'a subset is defined before a route names it',
  otherwise: 'requests are answered with 503 until both are applied',
  hint: 'put the DestinationRule before the VirtualService in the file, or apply it first',
  severity: 'warning',
  find: (inventory, mesh) =>
    mesh // what a topology renders is applied in its own order
      ? []
      : inventory.virtualServices.flatMap((at) => {
          const late = destinationsOf(at).flatMap(({ fullHost, subset }) => {
            const defining =
              subset === undefined ? [] : inventory.rulesFor(fullHost, at.namespace).filter((one) => definesSubset(one, subset));
            return defining.every((one) => isBefore(at, one, inventory)) ? defining : [];
          });
          return [...new Set(late)].map((one) => ({
            at,
            path: 'spec',
            message: `it stands before the DestinationRule ${one.namespace}/${one.name}, which defines the subsets that it names`,
          }));
        }),
});
