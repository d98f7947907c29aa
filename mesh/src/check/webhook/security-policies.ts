import type {
  AuthorizationCondition,
  AuthorizationOperation,
  AuthorizationPolicy,
  AuthorizationPolicySpec,
  AuthorizationRule,
  AuthorizationSource,
} from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { addresses, condition, pathTemplates, ports, serviceAccounts, texts, trustDomains } from './attributes.ts';
import { broken, type Violations } from './rules.ts';
import { targets, workloadSelector } from './selectors.ts';

export function* authorizationPolicyViolations({ spec }: AuthorizationPolicy): Violations {
  yield* workloadSelector(spec.selector, 'spec.selector');
  yield* targets(spec);
  yield* action(spec);
  for (const [rule, at] of items(spec.rules, 'spec.rules')) yield* authorizationRule(rule, spec.action, at);
}

function* action({ action = 'ALLOW', provider, rules }: AuthorizationPolicySpec): Violations {
  if ((action === 'DENY' || action === 'CUSTOM') && !rules?.length)
    yield broken('MESH141', 'spec.rules', `${action} without rules never applies`, 'write rules; an empty rule {} is for every request');
  if (action === 'CUSTOM' && rules?.length && !provider?.name)
    yield broken('MESH141', 'spec.provider', 'CUSTOM has no provider', 'write provider.name');
  if (action !== 'CUSTOM' && provider)
    yield broken('MESH141', 'spec.provider', `${action} uses no provider`, 'remove provider, or write action: CUSTOM');
}

function* authorizationRule(rule: AuthorizationRule, action: AuthorizationPolicySpec['action'], path: string): Violations {
  const { from = [], to = [], when = [] } = rule;
  for (const [{ source: who }, at] of items(from, field(path, 'from'))) yield* source(who, action, at);
  for (const [{ operation: what }, at] of items(to, field(path, 'to'))) yield* operation(what, at);
  for (const [clause, at] of items(when, field(path, 'when'))) yield* conditionOf(clause, action, at);
  if (action === 'DENY' && hasOnlyHttpFields(rule))
    yield broken('MESH193', path, 'it denies every connection to a TCP port', 'name the port in to.operation.ports');
}

const SOURCES = ['principals', 'requestPrincipals', 'namespaces', 'ipBlocks', 'remoteIpBlocks', 'serviceAccounts', 'trustDomains'] as const;
const NOT_SOURCES = [
  'notPrincipals',
  'notRequestPrincipals',
  'notNamespaces',
  'notIpBlocks',
  'notRemoteIpBlocks',
  'notServiceAccounts',
  'notTrustDomains',
] as const;
type SourceField = (typeof SOURCES)[number] | (typeof NOT_SOURCES)[number];
const ALL_SOURCES: readonly SourceField[] = [...SOURCES, ...NOT_SOURCES];

const isAddress = (name: SourceField) => /IpBlocks$/i.test(name);

function* source(who: AuthorizationSource | undefined, action: AuthorizationPolicySpec['action'], path: string): Violations {
  if (!who || ALL_SOURCES.every((name) => !who[name]?.length)) {
    yield broken('MESH142', path, 'it names no source', 'write principals, namespaces or another source');
    return;
  }
  for (const name of ALL_SOURCES) {
    const at = field(path, 'source', name);
    if (action === 'CUSTOM' && !isAddress(name) && who[name]?.length)
      yield broken('MESH141', at, 'CUSTOM knows no callers', 'leave it to the provider, or match by ipBlocks');
    yield* valuesOf(name)(who[name], at);
  }
}

function valuesOf(name: SourceField): (values: readonly string[] | undefined, path: string) => Violations {
  if (isAddress(name)) return (values, path) => addresses(values, 'MESH142', path);
  if (/ServiceAccounts$/i.test(name)) return (values, path) => serviceAccounts(values, 'MESH142', path);
  if (/TrustDomains$/i.test(name)) return (values, path) => trustDomains(values, 'MESH142', path);
  return (values, path) => texts(values, 'MESH142', path);
}

const OPERATIONS = ['ports', 'methods', 'paths', 'hosts', 'notPorts', 'notMethods', 'notPaths', 'notHosts'] as const;

function* operation(what: AuthorizationOperation | undefined, path: string): Violations {
  if (!what || OPERATIONS.every((name) => !what[name]?.length)) {
    yield broken('MESH143', path, 'it names no operation', 'write methods, paths, hosts or ports');
    return;
  }
  for (const name of OPERATIONS) {
    const at = field(path, 'operation', name);
    if (name === 'ports' || name === 'notPorts') yield* ports(what[name], 'MESH143', at);
    else yield* texts(what[name], 'MESH143', at);
    if (name === 'paths' || name === 'notPaths') yield* pathTemplates(what[name], at);
  }
}

const CUSTOM_UNKNOWN = /^(?:source\.(?:namespace|serviceAccount|trustDomain|principal)$|request\.auth\.)/;

function* conditionOf(clause: AuthorizationCondition, action: AuthorizationPolicySpec['action'], path: string): Violations {
  if (action === 'CUSTOM' && CUSTOM_UNKNOWN.test(clause.key))
    yield broken('MESH141', field(path, 'key'), 'CUSTOM knows no callers', 'leave it to the provider');
  yield* condition(clause, path);
}

const TCP_SOURCES: readonly SourceField[] = ALL_SOURCES.filter((name) => !/requestPrincipals|trustDomains/i.test(name));

/** A proxy cannot match such a rule against a TCP connection, and denies the connection. */
function hasOnlyHttpFields({ from = [], to = [] }: AuthorizationRule): boolean {
  const knowsTcpSource = from.some(({ source: who }) => TCP_SOURCES.some((name) => who?.[name]?.length));
  const knowsPort = to.some(({ operation: what }) => (what?.ports?.length ?? 0) + (what?.notPorts?.length ?? 0) > 0);
  const [hasFrom, hasTo] = [from.some(({ source: who }) => who), to.some(({ operation: what }) => what)];
  return (hasFrom && !hasTo && !knowsTcpSource) || (hasTo && !knowsPort);
}
