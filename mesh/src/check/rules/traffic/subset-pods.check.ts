import type { DestinationRule, Subset } from '../../../model/destination-rules.ts';
import type { Labels } from '../../../model/fields.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { covers, describeSelector } from '../../../model/selection.ts';
import { destinationsOf } from '../../../model/virtual-services.ts';
import { canonicalHost, isWildcard } from '../../../names.ts';
import { type Found, rule } from '../rule.ts';

/** Subsets that requests are sent to, as `host subset`. */
const routedSubsets = ({ virtualServices }: Inventory): ReadonlySet<string> =>
  new Set(
    virtualServices.flatMap((service) =>
      destinationsOf(service)
        .filter(({ weight }) => weight !== 0)
        .map(({ fullHost, subset }) => `${canonicalHost(fullHost)} ${subset}`),
    ),
  );

/** The labels of the pod templates behind a host; undefined where the files contain none, so that the check does not apply. */
function templatesOf({ host, namespace }: DestinationRule, inventory: Inventory): ReturnType<Inventory['podsBehind']> | undefined {
  const pods = inventory.hostsNamed(host, namespace).flatMap((one) => inventory.podsBehind(one));
  return pods.length > 0 ? pods : undefined;
}

/** Labels that Istio or a controller gives to endpoints, so that no template has them. https://istio.io/latest/docs/reference/config/labels/ */
const GIVEN_LABEL =
  /^(?:(?:topology|security|service)\.istio\.io|(?:topology|statefulset|apps|batch|failure-domain\.beta)\.kubernetes\.io)\//;
const GIVEN_LABELS: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'istio-locality',
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'controller-revision-hash',
  'job-name',
  'controller-uid',
]);
const ofTemplate = (labels: Labels): Labels => new Map([...labels].filter(([key]) => !GIVEN_LABEL.test(key) && !GIVEN_LABELS.has(key)));

function emptySubsets(inventory: Inventory, wanted: (key: string) => boolean): readonly Found[] {
  const isEmpty = (at: DestinationRule, { labels }: Subset) => {
    const templates = templatesOf(at, inventory);
    return templates !== undefined && !templates.some((pod) => covers(ofTemplate(labels), pod.labels));
  };
  return inventory.destinationRules
    .filter(({ host }) => !isWildcard(host))
    .flatMap((at) =>
      at.subsets
        .filter((subset) => wanted(`${canonicalHost(at.host)} ${subset.name}`) && isEmpty(at, subset))
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
