import type { AuthorizationPolicySpec, DestinationRuleSpec } from '../../kinds.ts';
import { field, item } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';

type Selector = NonNullable<DestinationRuleSpec['workloadSelector']>;
type TargetRef = NonNullable<AuthorizationPolicySpec['targetRef']>;

/** The CRDs' own rules reject wildcards and empty keys. */
export function* workloadSelector(selector: Selector | undefined, path: string): Violations {
  if (selector && Object.keys(selector.matchLabels ?? {}).length === 0)
    yield broken('MESH194', path, 'it selects nothing in particular', 'write matchLabels, or remove it');
}

/** The kinds that a policy can be attached to, by group. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  '': ['Service'],
  core: ['Service'],
  'networking.istio.io': ['ServiceEntry'],
  'gateway.networking.k8s.io': ['Gateway', 'GatewayClass'],
};

export function* targets({ targetRef, targetRefs = [] }: AuthorizationPolicySpec): Violations {
  if (targetRef) yield* target(targetRef, 'spec.targetRef');
  for (const [index, reference] of targetRefs.entries()) yield* target(reference, item('spec.targetRefs', index));
}

function* target({ group = '', kind }: TargetRef, path: string): Violations {
  if (TARGETS[group]?.includes(kind)) return;
  const known = Object.entries(TARGETS).flatMap(([owner, kinds]) => kinds.map((name) => (owner ? `${owner}/${name}` : name)));
  yield broken(
    'MESH140',
    field(path, 'kind'),
    `a policy is not for ${group ? `${group}/` : ''}${kind}`,
    `point at one of ${known.join(', ')}`,
  );
}
