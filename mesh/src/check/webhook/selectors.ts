import type { AuthorizationPolicySpec, DestinationRuleSpec, Sidecar } from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';

type Selector = NonNullable<DestinationRuleSpec['workloadSelector']>;
type LabelSelector = NonNullable<Sidecar['spec']['workloadSelector']>;
type TargetRef = NonNullable<AuthorizationPolicySpec['targetRef']>;

/** `matchLabels` of policies. The CRDs' own rules reject wildcards and empty keys. */
export function* workloadSelector(selector: Selector | undefined, path: string): Violations {
  if (selector && Object.keys(selector.matchLabels ?? {}).length === 0) yield selectsAll(path, 'matchLabels');
}

/** `labels` of Sidecars, ServiceEntries and EnvoyFilters. The CRDs' own rules reject wildcards in values. */
export function* labelSelector(selector: LabelSelector | undefined, path: string): Violations {
  if (!selector) return;
  const keys = Object.keys(selector.labels ?? {});
  if (keys.length === 0) yield selectsAll(path, 'labels');
  for (const key of keys)
    if (key === '' || key.includes('*'))
      yield broken('MESH140', field(path, 'labels', key), `'${key}' is not the name of a label`, 'name one label, without wildcards');
}

const selectsAll = (path: string, name: string) =>
  broken('MESH194', path, 'it has no labels and selects every workload of the namespace', `write ${name}, or remove it`);

/** The kinds that a policy can be attached to, by group. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  '': ['Service'],
  core: ['Service'],
  'networking.istio.io': ['ServiceEntry'],
  'gateway.networking.k8s.io': ['Gateway', 'GatewayClass'],
};

interface Targeted {
  readonly targetRef?: TargetRef;
  readonly targetRefs?: readonly TargetRef[];
}

/** The objects that a policy is attached to. */
export function* targets({ targetRef, targetRefs = [] }: Targeted): Violations {
  if (targetRef) yield* target(targetRef, 'spec.targetRef');
  for (const [reference, at] of items(targetRefs, 'spec.targetRefs')) yield* target(reference, at);
}

function* target({ group = '', kind }: TargetRef, path: string): Violations {
  if (Object.hasOwn(TARGETS, group) && TARGETS[group]?.includes(kind)) return;
  const known = Object.entries(TARGETS).flatMap(([owner, kinds]) => kinds.map((name) => (owner ? `${owner}/${name}` : name)));
  yield broken(
    'MESH140',
    field(path, 'kind'),
    `a policy cannot be attached to ${group ? `${group}/` : ''}${kind}`,
    `name one of ${known.join(', ')}`,
  );
}
