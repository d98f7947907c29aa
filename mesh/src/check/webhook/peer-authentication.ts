import type { PeerAuthentication } from '../../kinds.ts';
import type { Violations } from './rules.ts';
import { workloadSelector } from './selectors.ts';

/** Ports and their need of a selector are in the CRD's own rules. */
export function* peerAuthenticationViolations({ spec }: PeerAuthentication): Violations {
  yield* workloadSelector(spec.selector, 'spec.selector');
}
