import type { Check } from '../check.ts';
import { agreedTls } from './security/agreed-tls.check.ts';
import { lockOut } from './security/lock-out.check.ts';
import { namedCallers } from './security/named-callers.check.ts';
import { namedHosts } from './security/named-hosts.check.ts';
import { pinnedNames, trueNames } from './security/pinned-names.check.ts';
import { policyPorts } from './security/policy-ports.check.ts';
import { requestFieldsOnTcp } from './security/request-fields.check.ts';
import { faultWithLimits } from './traffic/fault-with-limits.check.ts';
import { knownDelegates, knownGateways } from './traffic/known-gateways.check.ts';
import { knownHosts } from './traffic/known-hosts.check.ts';
import { knownPorts } from './traffic/known-ports.check.ts';
import { knownSubsets } from './traffic/known-subsets.check.ts';
import { lastReplica } from './traffic/last-replica.check.ts';
import { retryBudget } from './traffic/retry-budget.check.ts';
import { ruleBeforeRoute } from './traffic/rule-before-route.check.ts';
import { safeRetries, safeRetriesOfAnyMethod } from './traffic/safe-retries.check.ts';
import { sidecarKnowsCallee } from './traffic/sidecar-knows-callee.check.ts';
import { statedRetries } from './traffic/stated-retries.check.ts';
import { routedSubsetPods, subsetPods } from './traffic/subset-pods.check.ts';
import { weights } from './traffic/weights.check.ts';
import { agreedPorts } from './workloads/agreed-ports.check.ts';
import { networkPolicyIstiod, networkPolicyProbes } from './workloads/network-policies.check.ts';
import { portNames } from './workloads/port-names.check.ts';

/** Rules over sets of objects: MESH2xx traffic, MESH3xx security, MESH4xx workloads, ports and networks. A code never changes its meaning. */
export const rules: readonly Check[] = [
  retryBudget,
  safeRetries,
  safeRetriesOfAnyMethod,
  faultWithLimits,
  weights,
  statedRetries,
  knownHosts,
  knownSubsets,
  knownPorts,
  knownGateways,
  knownDelegates,
  routedSubsetPods,
  subsetPods,
  ruleBeforeRoute,
  lastReplica,
  sidecarKnowsCallee,
  agreedTls,
  lockOut,
  requestFieldsOnTcp,
  pinnedNames,
  trueNames,
  namedCallers,
  policyPorts,
  namedHosts,
  portNames,
  agreedPorts,
  networkPolicyIstiod,
  networkPolicyProbes,
];
