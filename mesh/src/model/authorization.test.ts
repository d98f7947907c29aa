import { expect, test } from 'vitest';
import { parseObjects } from '../check/read-objects.ts';
import { ruleMatches, type SeenRequest, type Verdict } from './authorization.ts';
import { readAuthorizationPolicy } from './security-policies.ts';

const front = { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount: 'front' };
const get: SeenRequest = {
  caller: front,
  port: 8080,
  protocol: 'http',
  method: 'GET',
  path: '/orders/7?full=1',
  host: 'Orders:8080',
  headers: new Map([['x-team', 'a']]),
};
const connection: SeenRequest = { caller: front, port: 5432, protocol: 'tcp' };

function verdict(rule: string, request: SeenRequest, action = 'ALLOW'): Verdict {
  const text = `{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a, namespace: shop }, spec: { action: ${action}, rules: [${rule}] } }`;
  const [object] = parseObjects(text, 'a.yaml');
  const policy = object && readAuthorizationPolicy(object);
  const [first] = policy?.rules ?? [];
  if (!policy || !first) throw new Error('the policy has no rule');
  return ruleMatches(first, request, policy);
}

const from = (source: string) => `{ from: [{ source: { ${source} } }] }`;
const to = (operation: string) => `{ to: [{ operation: { ${operation} } }] }`;
const when = (condition: string) => `{ when: [{ ${condition} }] }`;

test.each<[string, string, Verdict]>([
  ['a rule that asks for nothing', '{}', 'yes'],
  ['the principal', from('principals: [cluster.local/ns/shop/sa/front]'), 'yes'],
  ['another principal', from('principals: [cluster.local/ns/shop/sa/fronts]'), 'no'],
  ['a principal of another trust domain', from('principals: [other/ns/shop/sa/front]'), 'no'],
  ['a beginning of principals', from('principals: ["cluster.local/ns/shop/*"]'), 'yes'],
  ['an end of principals', from('principals: ["*/sa/front"]'), 'yes'],
  ['any principal', from('principals: ["*"]'), 'yes'],
  ['all principals but this one', from('notPrincipals: ["*/sa/front"]'), 'no'],
  ['all principals but another', from('notPrincipals: ["*/sa/other"]'), 'yes'],
  [
    'a principal that begins with spiffe://, which Istio puts before it again',
    from('principals: ["spiffe://cluster.local/ns/shop/sa/front"]'),
    'no',
  ],
  ['a wildcard inside a principal, which is none', from('principals: ["cluster.local/ns/*/sa/front"]'), 'no'],
  ['a wildcard inside a namespace', from('namespaces: ["s*p"]'), 'yes'],
  ['one source of two', '{ from: [{ source: { namespaces: [other] } }, { source: { namespaces: [shop] } }] }', 'yes'],
  ['a source that asks for two things', from('namespaces: [shop], principals: ["*/sa/other"]'), 'no'],
  ['an account of the own namespace', from('serviceAccounts: [front]'), 'yes'],
  ['an account of another namespace', from('serviceAccounts: [other/front]'), 'no'],
  ['a trust domain', from('trustDomains: [cluster.local]'), 'yes'],
  ['an address, which is unknown here', from('ipBlocks: [10.0.0.0/8]'), 'maybe'],
  ['an address, and a namespace that is another', from('ipBlocks: [10.0.0.0/8], namespaces: [other]'), 'no'],
  ['a token', from('requestPrincipals: ["*"]'), 'maybe'],
  ['a port', to('ports: ["8080"]'), 'yes'],
  ['another port', to('ports: ["80"]'), 'no'],
  ['a method', to('methods: [GET, HEAD]'), 'yes'],
  ['no GET', to('notMethods: [GET]'), 'no'],
  ['a path without its query', to('paths: [/orders/7]'), 'yes'],
  ['a beginning of paths', to('paths: ["/orders/*"]'), 'yes'],
  ['an end of paths', to('paths: ["*/7"]'), 'yes'],
  ['a segment of a path', to('paths: ["/orders/{*}"]'), 'yes'],
  ['one segment where there are two', to('paths: ["/{*}"]'), 'no'],
  ['any segments', to('paths: ["/{**}"]'), 'yes'],
  ['a path with a sign of regular expressions', to('paths: ["/orders/."]'), 'no'],
  ['a path that is taken out', to('paths: ["*"], notPaths: ["/orders/*"]'), 'no'],
  ['a host in any case', to('hosts: ["orders:*"]'), 'yes'],
  ['a header', when('key: "request.headers[X-Team]", values: [a]'), 'yes'],
  ['another value of a header', when('key: "request.headers[x-team]", values: [b]'), 'no'],
  ['a header that is not there', when('key: "request.headers[x-role]", values: ["*"]'), 'no'],
  ['a header that must not be, and is not', when('key: "request.headers[x-role]", notValues: [guest]'), 'yes'],
  ['the namespace as a condition', when('key: source.namespace, values: [shop]'), 'yes'],
  ['the port as a condition', when('key: destination.port, values: ["80"]'), 'no'],
  ['a JWT claim', when('key: "request.auth.claims[iss]", values: [a]'), 'maybe'],
])('of a request: %s', (_what, rule, expected) => {
  expect(verdict(rule, get)).toBe(expected);
});

test.each<[string, string, Verdict]>([
  ['any principal', from('principals: ["*"]'), 'no'],
  ['any namespace', from('namespaces: ["*"]'), 'no'],
  ['all principals but one', from('notPrincipals: ["*/sa/other"]'), 'yes'],
])('a caller in plain text has no name: %s', (_what, rule, expected) => {
  expect(verdict(rule, { ...get, caller: 'anonymous' })).toBe(expected);
});

test.each<[string, string, Verdict, Verdict]>([
  ['the port', to('ports: ["5432"]'), 'yes', 'yes'],
  ['a method', to('methods: [GET]'), 'no', 'yes'],
  ['a method next to another operation', '{ to: [{ operation: { ports: ["5432"] } }, { operation: { methods: [GET] } }] }', 'no', 'yes'],
  ['a header', when('key: "request.headers[x-team]", values: [a]'), 'no', 'yes'],
  ['a token', from('requestPrincipals: ["*"]'), 'no', 'yes'],
  ['a method at another port', to('ports: ["80"], methods: [GET]'), 'no', 'no'],
])('at a TCP port an ALLOW and a DENY that ask for %s differ', (_what, rule, allow, deny) => {
  expect([verdict(rule, connection), verdict(rule, connection, 'DENY')]).toEqual([allow, deny]);
});
