import { ruleMatches, type SeenRequest, type Verdict } from './admits.ts';
import type { AuthorizationPolicy, Rule } from './security-policies.ts';

/** The verdict of a pod's authorization policies on a request, and the policies that decided it. */
export interface Decision {
  /** `maybe`: it hangs on something that is not known of the request. */
  readonly admitted: Verdict;
  readonly policy?: AuthorizationPolicy;
  readonly rule?: Rule;
  /** The ALLOW policies of which none has a rule for the request. */
  readonly silent: readonly AuthorizationPolicy[];
}

interface Held {
  readonly policy: AuthorizationPolicy;
  readonly rule: Rule;
  readonly verdict: Verdict;
}

/**
 * Decides as Istio does: a DENY that matches denies the request; without an ALLOW every request is allowed; with one, only requests that match a rule.
 * https://istio.io/latest/docs/concepts/security/#implicit-enablement
 */
export function decide(policies: readonly AuthorizationPolicy[], request: SeenRequest): Decision {
  const held = (action: string): readonly Held[] =>
    policies
      .filter((policy) => policy.action === action)
      .flatMap((policy) => policy.rules.map((rule) => ({ policy, rule, verdict: ruleMatches(rule, request, policy) })));
  const denials = held('DENY').filter(({ verdict }) => verdict !== 'no');
  const denial = denials.find(({ verdict }) => verdict === 'yes');
  if (denial) return { admitted: 'no', policy: denial.policy, rule: denial.rule, silent: [] };
  const allowing = policies.filter(({ action }) => action === 'ALLOW');
  if (allowing.length === 0) return { admitted: denials.length > 0 ? 'maybe' : 'yes', silent: [] };
  const admissions = held('ALLOW').filter(({ verdict }) => verdict !== 'no');
  const best = admissions.find(({ verdict }) => verdict === 'yes') ?? admissions[0];
  if (!best) return { admitted: 'no', silent: allowing };
  const admitted = best.verdict === 'yes' && denials.length === 0 ? 'yes' : 'maybe';
  return { admitted, policy: best.policy, rule: best.rule, silent: [] };
}
