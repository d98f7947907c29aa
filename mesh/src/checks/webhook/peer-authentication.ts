import type { PeerAuthentication } from '../../kinds.ts';
import { broken, type Violations } from './rules.ts';
import { workloadSelector } from './selectors.ts';

export function* peerAuthenticationViolations({ spec }: PeerAuthentication): Violations {
  const ports = spec.portLevelMtls && Object.keys(spec.portLevelMtls);
  const isSelecting = Object.keys(spec.selector?.matchLabels ?? {}).length > 0;
  if (ports?.length && !isSelecting)
    yield broken('MESH150', 'spec.portLevelMtls', 'ports of all workloads cannot be meant', 'select workloads in spec.selector');
  if (ports?.length === 0) yield broken('MESH150', 'spec.portLevelMtls', 'no port is meant', 'name a port, or remove it');
  yield* workloadSelector(spec.selector, 'spec.selector');
}
