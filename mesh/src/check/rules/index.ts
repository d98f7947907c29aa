import type { Check } from '../check.ts';
import { claimsAuthenticated, gatewayPods, gatewayPorts, gatewaySecrets } from './gateways/gateway-pods.check.ts';
import { routesOfServer, servedHosts } from './gateways/served-hosts.check.ts';
import { oneGateway, onePort } from './gateways/shared-ports.check.ts';
import { agreedTls } from './security/agreed-tls.check.ts';
import { identitiesNeedTls } from './security/identities.check.ts';
import { lockOut } from './security/lock-out.check.ts';
import { namedCallers } from './security/named-callers.check.ts';
import { namedHosts } from './security/named-hosts.check.ts';
import { knownNamespaces, methodsInCapitals, plainPrincipals, starsAtTheEnd } from './security/patterns.check.ts';
import { keptPins, pinnedNames, trueNames } from './security/pinned-names.check.ts';
import { policyPorts, requestFieldsOnTcp } from './security/policy-ports.check.ts';
import { knownDelegates, knownGateways } from './traffic/known-gateways.check.ts';
import { knownHosts } from './traffic/known-hosts.check.ts';
import { knownPorts, portAtGateway, portInMesh } from './traffic/known-ports.check.ts';
import { knownSubsets, oneSubset, rulePlace } from './traffic/known-subsets.check.ts';
import { lastReplica } from './traffic/last-replica.check.ts';
import { oneCatchAll, oneVirtualService, subsetsAtGateway } from './traffic/one-virtual-service.check.ts';
import { retryBudget } from './traffic/retry-budget.check.ts';
import { faultWithLimits, statedRetries, weights } from './traffic/routes.check.ts';
import { ruleBeforeRoute } from './traffic/rule-before-route.check.ts';
import { safeRetries, safeRetriesOfAnyMethod } from './traffic/safe-retries.check.ts';
import { agreedEntries } from './traffic/service-entries.check.ts';
import { sidecarKnowsCallee } from './traffic/sidecar-knows-callee.check.ts';
import { routedSubsetPods, subsetPods } from './traffic/subset-pods.check.ts';
import { agreedPorts } from './workloads/agreed-ports.check.ts';
import { networkPolicyIstiod, networkPolicyProbes } from './workloads/network-policies.check.ts';
import { apiGroups, oneObject, proxyUser } from './workloads/objects.check.ts';
import { portNames } from './workloads/port-names.check.ts';
import { onePolicy, policyWorkloads, servicePods } from './workloads/selectors.check.ts';

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
  portAtGateway,
  portInMesh,
  oneSubset,
  rulePlace,
  servedHosts,
  routesOfServer,
  onePort,
  oneGateway,
  gatewayPods,
  gatewayPorts,
  oneVirtualService,
  oneCatchAll,
  subsetsAtGateway,
  agreedEntries,
  agreedTls,
  lockOut,
  requestFieldsOnTcp,
  pinnedNames,
  trueNames,
  namedCallers,
  policyPorts,
  namedHosts,
  identitiesNeedTls,
  plainPrincipals,
  starsAtTheEnd,
  methodsInCapitals,
  knownNamespaces,
  keptPins,
  gatewaySecrets,
  claimsAuthenticated,
  portNames,
  agreedPorts,
  networkPolicyIstiod,
  networkPolicyProbes,
  servicePods,
  policyWorkloads,
  onePolicy,
  oneObject,
  apiGroups,
  proxyUser,
];
