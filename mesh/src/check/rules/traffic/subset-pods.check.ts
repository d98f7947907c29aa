import type { DestinationRule, Subset } from '../../../model/destination-rules.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { covers, describeSelector } from '../../../model/selection.ts';
import { isWildcard } from '../../../names.ts';
import { type Found, rule } from '../rule.ts';
import { destinationsOf } from './references.check.ts';

/** Subsets that requests are sent to, as `host subset`. */
const routedSubsets = ({ virtualServices }: Inventory): ReadonlySet<string> =>
  new Set(
    virtualServices.flatMap((service) =>
      destinationsOf(service)
        .filter(({ weight }) => weight !== 0)
        .map(({ fullHost, subset }) => `${fullHost} ${subset}`),
    ),
  );

/** The labels of the pod templates behind a host; undefined where the files contain none, so that the check does not apply. */
function templatesOf({ host, namespace }: DestinationRule, inventory: Inventory): ReturnType<Inventory['podsBehind']> | undefined {
  const pods = inventory.hostsNamed(host, namespace).flatMap((one) => inventory.podsBehind(one));
  return pods.length > 0 ? pods : undefined;
}

function emptySubsets(inventory: Inventory, wanted: (key: string) => boolean): readonly Found[] {
  const isEmpty = (at: DestinationRule, { labels }: Subset) => {
    const templates = templatesOf(at, inventory);
    return templates !== undefined && !templates.some((pod) => covers(labels, pod.labels));
  };
  return inventory.destinationRules
    .filter(({ host }) => !isWildcard(host))
    .flatMap((at) =>
      at.subsets
        .filter((subset) => wanted(`${at.host} ${subset.name}`) && isEmpty(at, subset))
        .map((subset) => ({
          at,
          path: `${subset.path}.labels`,
          message: `no pod template behind ${at.host} has the labels ${describeSelector(subset.labels)} of subset ${subset.name}`,
        })),
    );
}

export const routedSubsetPods = rule({
  code: 'MESH212',
  title: 'a subset that a route names has pods',
  otherwise: 'requests to it are answered with 503, no healthy upstream',
  hint: "write the labels of a Deployment's pod template, or deploy that version before a route names it",
  find: (inventory) => {
    const routed = routedSubsets(inventory);
    return emptySubsets(inventory, (key) => routed.has(key));
  },
});

export const subsetPods = rule({
  code: 'MESH213',
  title: 'every subset has pods',
  otherwise: 'the first route that names it is answered with 503',
  hint: "write the labels of a Deployment's pod template, or remove the subset",
  styleOnly: true,
  find: (inventory) => {
    const routed = routedSubsets(inventory);
    return emptySubsets(inventory, (key) => !routed.has(key));
  },
});
