import type { Inventory } from '../../../model/inventory.ts';
import type { AuthorizationPolicy } from '../../../model/security-policies.ts';
import type { StringMatch } from '../../../model/string-match.ts';
import { TRUST_DOMAIN } from '../../../names.ts';
import { type Findings, type Found, rule } from '../rule.ts';
import { type PolicyValue, policyValues } from './policy-values.ts';

/** What becomes of a rule with a value that no request has. */
function consequence({ action }: AuthorizationPolicy, { excluded }: PolicyValue): string {
  if (excluded) return 'it excludes no request';
  return action === 'ALLOW' ? 'it allows no request' : 'it matches no request';
}

const foundIn = (
  { authorizationPolicies }: Inventory,
  wrong: (value: PolicyValue) => { readonly message: string; readonly hint?: string } | undefined,
): readonly Found[] =>
  authorizationPolicies.flatMap((at) =>
    policyValues(at).flatMap((value): Findings => {
      const reason = wrong(value);
      return reason ? { at, path: value.path, ...reason, message: `${reason.message}: ${consequence(at, value)}` } : [];
    }),
  );

const PRINCIPALS: ReadonlySet<string> = new Set(['principals', 'source.principal']);
const SPIFFE = 'spiffe://';

/** What is wrong with a principal that no certificate has. One without `/ns/` may be of another issuer, and a pattern may mean anything. */
function impossiblePrincipal(value: string): { readonly message: string; readonly hint?: string } | undefined {
  if (value.startsWith(SPIFFE))
    return { message: `Istio reads ${value} as ${SPIFFE}${value}, which no caller has`, hint: `write ${value.slice(SPIFFE.length)}` };
  if (/^ns\/[^/]+\/sa\//.test(value)) return { message: `${value} has no trust domain`, hint: `write ${TRUST_DOMAIN}/${value}` };
  return value.includes('/') || value.includes('*') ? undefined : { message: `no caller has the principal ${value}` };
}

export const plainPrincipals = rule({
  code: 'MESH310',
  title: 'principals have the form <trust domain>/ns/<namespace>/sa/<service account>',
  otherwise: 'they mean no caller; Istio puts spiffe:// before them itself',
  hint: 'write <trust domain>/ns/<namespace>/sa/<service account>',
  find: (inventory) => foundIn(inventory, ({ field, value }) => (PRINCIPALS.has(field) ? impossiblePrincipal(value) : undefined)),
});

/** In a namespace, every * is a wildcard. https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source */
const PATTERNS: ReadonlySet<string> = new Set([...PRINCIPALS, 'requestPrincipals', 'hosts', 'methods', 'paths']);

/** Whether more of a value is meant as a pattern than the `*` at its beginning or its end. Istio has one of them, and takes every other as it is. */
function hasInnerStar(value: string): boolean {
  const rest = value.startsWith('*') ? value.slice(1) : value.endsWith('*') ? value.slice(0, -1) : value;
  return rest.includes('*') && !value.includes('{');
}

export const starsAtTheEnd = rule({
  code: 'MESH311',
  title: 'a pattern has one *, at its beginning or its end',
  otherwise: 'Istio takes any other * as it is, so that the value means no request',
  hint: 'write each value, or one * at the beginning or the end',
  find: (inventory) =>
    foundIn(inventory, ({ field, value }) =>
      PATTERNS.has(field) && hasInnerStar(value)
        ? {
            message: `the * inside ${value} is no wildcard`,
            ...(field === 'paths' ? { hint: `write {*} for one segment and {**} for any number: ${value.replaceAll('*', '{*}')}` } : {}),
          }
        : undefined,
    ),
});

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);

/** GET of `get`, which no client sends: https://www.rfc-editor.org/rfc/rfc9110#name-overview */
function capitals(method: string): string | undefined {
  const upper = method.toUpperCase();
  return upper !== method && METHODS.has(upper) ? upper : undefined;
}

const lowerCase = (value: string, what: string) => {
  const upper = capitals(value);
  return upper ? { message: `${what} ${value} is not ${upper}`, hint: `write ${upper}` } : undefined;
};

const methodOf = (match: StringMatch | undefined): string => (match?.kind === 'exact' ? match.value : '');

export const methodsInCapitals = rule({
  code: 'MESH312',
  title: 'HTTP methods are in capitals',
  otherwise: 'they mean no request: methods are case-sensitive',
  hint: 'write GET, POST …',
  find: (inventory) => [
    ...foundIn(inventory, ({ field, value }) => (field === 'methods' ? lowerCase(value, 'the method') : undefined)),
    ...inventory.routes.flatMap(({ of: at, matches }) =>
      matches.flatMap(({ method, path }): Findings => {
        const wrong = lowerCase(methodOf(method), 'the method');
        return wrong ? { at, path: `${path}.method`, ...wrong, message: `${wrong.message}: the match takes no request` } : [];
      }),
    ),
  ],
});

/** Namespaces that no file of an application contains. */
const COMMON = /^(?:default|kube-.*|.*(?:istio|gateway|ingress|egress).*)$/;

export const knownNamespaces = rule({
  code: 'MESH313',
  title: 'the namespaces that an AuthorizationPolicy names exist',
  otherwise: 'no caller is in them',
  hint: 'fix the name, or check the file of that Namespace together with this one',
  find: (inventory) => {
    const { namespaceLabels } = inventory;
    if (namespaceLabels.size === 0) return []; // the files describe no namespaces
    const inhabited = new Set([...namespaceLabels.keys(), ...inventory.objects.map(({ metadata }) => metadata?.namespace ?? '')]);
    return foundIn(inventory, ({ field, value }) => {
      if ((field !== 'namespaces' && field !== 'source.namespace') || value.includes('*')) return undefined;
      return inhabited.has(value) || COMMON.test(value) ? undefined : { message: `there is no namespace ${value}` };
    });
  },
});
