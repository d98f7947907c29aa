import { rule } from '../rule.ts';
import { destinationsOf, isKnown } from './known-hosts.check.ts';

export const knownSubsets = rule({
  code: 'MESH208',
  title: 'every subset that a route names is defined by a DestinationRule',
  otherwise: 'requests are answered with 503',
  hint: "define the subset in the host's DestinationRule, or name one that is there",
  find: (inventory) =>
    inventory.virtualServices.flatMap((at) =>
      destinationsOf(at).flatMap(({ host, fullHost, subset, path }) => {
        if (subset === undefined || !isKnown(fullHost, at.namespace, inventory)) return [];
        const rules = inventory.rulesFor(fullHost, at.namespace);
        const defined = rules.flatMap(({ subsets }) => subsets.map(({ name }) => name));
        if (defined.includes(subset)) return [];
        const there = rules.length === 0 ? 'and no DestinationRule is for that host' : `only ${defined.join(', ') || 'none'}`;
        return [{ at, path, message: `the host ${host} has no subset ${subset}, ${there}` }];
      }),
    ),
});
