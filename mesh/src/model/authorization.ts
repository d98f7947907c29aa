import { principalOf } from '../names.ts';
import { given } from './fields.ts';
import { isHttp, type PortProtocol } from './protocol.ts';
import type { AuthorizationPolicy, Condition, Operation, OperationKey, Rule, Source, SourceKey, ValueFilter } from './security-policies.ts';

/** Whether something matches; `maybe` where the known attributes of a request do not decide. */
export type Verdict = 'yes' | 'no' | 'maybe';

/** The identity of a caller, from its certificate. */
export interface Identity {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** The attributes of a request at the callee's proxy. Undefined attributes are unknown; a caller without identity is `anonymous`. */
export interface SeenRequest {
  readonly caller: Identity | 'anonymous';
  /** Of the pod, not of the Service. */
  readonly port?: number;
  readonly protocol: PortProtocol;
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: ReadonlyMap<string, string>;
}

const nameOfIdentity = (identity: Identity): string => principalOf(identity, identity.serviceAccount);

const both = (a: Verdict, b: Verdict): Verdict => (a === 'no' || b === 'no' ? 'no' : a === 'maybe' || b === 'maybe' ? 'maybe' : 'yes');
const either = (a: Verdict, b: Verdict): Verdict => (a === 'yes' || b === 'yes' ? 'yes' : a === 'maybe' || b === 'maybe' ? 'maybe' : 'no');
const not = (a: Verdict): Verdict => (a === 'maybe' ? a : a === 'yes' ? 'no' : 'yes');
const all = (verdicts: readonly Verdict[]): Verdict => verdicts.reduce(both, 'yes');
const some = (verdicts: readonly Verdict[]): Verdict => verdicts.reduce(either, 'no');
const of = (matches: boolean): Verdict => (matches ? 'yes' : 'no');

/** Whether a policy's rule matches a request. On a TCP port, Istio drops an ALLOW rule with HTTP fields, and ignores the HTTP fields of a DENY rule. */
export function ruleMatches(rule: Rule, request: SeenRequest, { action }: Pick<AuthorizationPolicy, 'action'>): Verdict {
  const blind = request.protocol !== undefined && !isHttp(request.protocol);
  if (blind && action === 'ALLOW' && requestFields(rule).length > 0) return 'no';
  const from = rule.from.length === 0 ? 'yes' : some(rule.from.map((source) => sourceMatches(source, request, blind)));
  if (from === 'no') return from; // most rules are for other callers
  const to = rule.to.length === 0 ? 'yes' : some(rule.to.map((operation) => operationMatches(operation, request, blind)));
  return all([from, to, ...rule.when.map((condition) => conditionMatches(condition, request, blind))]);
}

const REQUEST_SOURCES: ReadonlySet<string> = new Set<SourceKey>(['requestPrincipals']);
const REQUEST_OPERATIONS: ReadonlySet<string> = new Set<OperationKey>(['hosts', 'methods', 'paths']);

/** The fields of a rule that match only HTTP requests: paths, methods, hosts, headers, tokens. */
export function requestFields(rule: Rule): readonly string[] {
  return [
    ...rule.from.flatMap((source) => Object.keys(source).filter((key) => REQUEST_SOURCES.has(key))),
    ...rule.to.flatMap((operation) => Object.keys(operation).filter((key) => REQUEST_OPERATIONS.has(key))),
    ...rule.when.map(({ key }) => key).filter((key) => key.startsWith('request.')),
  ];
}

function sourceMatches(source: Source, { caller }: SeenRequest, blind: boolean): Verdict {
  const known: Partial<Record<SourceKey, string>> =
    caller === 'anonymous'
      ? { principals: '', namespaces: '', serviceAccounts: '', trustDomains: '' }
      : {
          principals: nameOfIdentity(caller),
          namespaces: caller.namespace,
          serviceAccounts: `${caller.namespace}/${caller.serviceAccount}`,
          trustDomains: caller.trustDomain,
        };
  return all(
    (Object.entries(source) as [SourceKey, ValueFilter][]).map(([key, wanted]) =>
      blind && REQUEST_SOURCES.has(key)
        ? 'yes'
        : valueMatches(wanted, known[key], key === 'namespaces' ? namespaceMatches : identityMatches),
    ),
  );
}

function operationMatches(operation: Operation, { port, method, path, host }: SeenRequest, blind: boolean): Verdict {
  const known: Partial<Record<OperationKey, string>> = {
    ...given({ ports: port?.toString(), methods: method, paths: path?.replace(/[?#].*$/, ''), hosts: host?.toLowerCase() }),
  };
  const matcher = { ports: patternMatches, methods: patternMatches, paths: pathMatches, hosts: hostMatches };
  return all(
    (Object.entries(operation) as [OperationKey, ValueFilter][]).map(([key, wanted]) =>
      blind && REQUEST_OPERATIONS.has(key) ? 'yes' : valueMatches(wanted, known[key], matcher[key]),
    ),
  );
}

const HEADER = /^request\.headers\[(.+)\]$/;

function conditionMatches(condition: Condition, request: SeenRequest, blind: boolean): Verdict {
  if (blind && condition.key.startsWith('request.')) return 'yes';
  const { caller, port, headers } = request;
  const identity = caller === 'anonymous' ? undefined : caller;
  const header = HEADER.exec(condition.key)?.[1];
  if (header !== undefined) return headers ? valueMatches(condition, headers.get(header.toLowerCase()) ?? '', patternMatches) : 'maybe';
  if (condition.key === 'source.principal') return valueMatches(condition, identity ? nameOfIdentity(identity) : '', identityMatches);
  if (condition.key === 'source.namespace') return valueMatches(condition, identity?.namespace ?? '', namespaceMatches);
  if (condition.key === 'source.serviceAccount')
    return valueMatches(condition, identity ? `${identity.namespace}/${identity.serviceAccount}` : '', identityMatches);
  return valueMatches(condition, condition.key === 'destination.port' && port !== undefined ? String(port) : undefined, patternMatches);
}

/** One of the values, if there are any, and none of the others. */
function valueMatches(
  { values, not: others }: ValueFilter,
  actual: string | undefined,
  matches: (pattern: string, actual: string) => boolean,
): Verdict {
  if (actual === undefined) return 'maybe';
  const wanted = of(values.length === 0 || values.some((pattern) => matches(pattern, actual)));
  return both(wanted, not(of(others.some((pattern) => matches(pattern, actual)))));
}

/** `*` asks for any value that is there, `a*` for a beginning, `*a` for an end. */
function patternMatches(pattern: string, actual: string): boolean {
  if (pattern === '*') return actual !== '';
  if (pattern.endsWith('*')) return actual.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? actual.endsWith(pattern.slice(1)) : actual === pattern;
}

/** A caller without identity has no name that a pattern could mean. Istio puts `spiffe://` before a pattern, so one that begins with it matches nothing. */
const identityMatches = (pattern: string, actual: string): boolean => actual !== '' && patternMatches(pattern, actual);

/** Each `*` stands for any text. */
const namespaceMatches = (pattern: string, actual: string): boolean =>
  actual !== '' && new RegExp(`^${pattern.split('*').map(literally).join('.*')}$`).test(actual);

const literally = (text: string): string => text.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&');

const hostMatches = (pattern: string, actual: string): boolean => patternMatches(pattern.toLowerCase(), actual);

/** Paths also know `{*}` for one segment and `{**}` for any number. https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation */
function pathMatches(pattern: string, actual: string): boolean {
  if (!pattern.includes('{')) return patternMatches(pattern, actual);
  const expression = pattern
    .split(/(\{\*\*?\})/)
    .map((part) => (part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : literally(part)))
    .join('');
  return new RegExp(`^${expression}$`).test(actual);
}

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
