import { nameOf } from '@mesh-platform/kubernetes';
import { type DestinationRule, policyFor } from '../../../model/destination-rules.ts';
import { type Inventory, type Pods, podsOf } from '../../../model/inventory.ts';
import { portsUnder } from '../../../model/policy-ports.ts';
import { hasProxy } from '../../../model/proxies.ts';
import type { AuthorizationPolicy, Rule, Source, SourceKey } from '../../../model/security-policies.ts';
import type { Host } from '../../../model/services.ts';
import { type Found, rule } from '../rule.ts';

const FROM_CERTIFICATE: readonly SourceKey[] = ['principals', 'namespaces', 'serviceAccounts', 'trustDomains'];
const KEYS: ReadonlySet<string> = new Set(['source.principal', 'source.namespace', 'source.serviceAccount']);

const identityIn = (source: Source): SourceKey | undefined => FROM_CERTIFICATE.find((key) => (source[key]?.values.length ?? 0) > 0);

/** The sources and conditions of a rule that ask for an identity, by their place. */
const identitiesIn = ({ from, when, path }: Rule): readonly { readonly key: string; readonly path: string }[] => [
  ...from.flatMap((source, index) => {
    const key = identityIn(source);
    return key ? [{ key, path: `${path}.from[${index}].source.${key}` }] : [];
  }),
  ...when.flatMap(({ key, values }, index) => (KEYS.has(key) && values.length > 0 ? [{ key, path: `${path}.when[${index}]` }] : [])),
];

/** The pods that obey a policy; where no file describes any, what their labels must be at least. */
function podsUnder(at: AuthorizationPolicy, inventory: Inventory): readonly Pods[] {
  const pods = inventory.podsOf(at.namespace, at.selector);
  if (pods.length === 0) return [{ namespace: at.namespace, labels: at.selector }];
  return pods.map(podsOf).filter((pod) => hasProxy(pod, inventory) !== 'no');
}

/** The ports that a rule is about: those that it names, else those of the Services of the pods. */
function portsOf(one: Rule, at: AuthorizationPolicy, inventory: Inventory): readonly number[] {
  const named = one.to.flatMap(({ ports }) => (ports?.values ?? []).map(Number));
  if (named.length > 0) return named;
  const ports = portsUnder(at, inventory).flatMap(({ podPort }) => podPort ?? []);
  return ports.length > 0 ? ports : [0];
}

/** Whether none of the pods asks its callers for a certificate at any of the ports. */
function isPlain(pods: readonly Pods[], ports: readonly number[], inventory: Inventory): boolean {
  return pods.length > 0 && pods.every((pod) => ports.every((port) => inventory.mutualTlsOf(pod, port).mode === 'DISABLE'));
}

function peerName(at: AuthorizationPolicy, [pod]: readonly Pods[], inventory: Inventory): string {
  const { policy } = inventory.mutualTlsOf(pod ?? { namespace: at.namespace, labels: at.selector }, 0);
  return policy ? `PeerAuthentication ${policy.namespace}/${policy.name}` : 'a PeerAuthentication';
}

/**
 * The DestinationRule because of which no caller has an identity at any Service of the pods: every one that sets TLS turns it off, for all callers.
 * Undefined where one may have.
 */
function turnedOffForCallers(pods: readonly Pods[], inventory: Inventory): DestinationRule | undefined {
  const hosts = [...new Set(pods.flatMap((pod) => inventory.servicesOf(pod)))];
  const rules = hosts.map((host) => inventory.rulesFor(host.hosts[0] ?? '', host.namespace));
  const plain = hosts.every((host, index) => {
    const all = inventory.rulesCovering(host.hosts[0] ?? '');
    return all.length > 0 && all.length === rules[index]?.length && all.every((at) => isOff(at, host));
  });
  return plain ? rules[0]?.[0] : undefined;
}

const isOff = (at: DestinationRule, { ports }: Host): boolean =>
  at.exportTo.every((to) => to === '*') &&
  at.callers === undefined &&
  [undefined, ...at.subsets].every((subset) => ports.every(({ number }) => policyFor(at, subset?.name, number)?.tls?.mode === 'DISABLE'));

export const identitiesNeedTls = rule({
  code: 'MESH309',
  title: 'a policy asks for identities only where mutual TLS is on',
  otherwise: 'callers have no identity there: an ALLOW rule admits no caller, and a DENY rule lets every one pass',
  hint: 'set mtls: { mode: STRICT } in the PeerAuthentication of these pods, or remove the identities from the rule',
  find: (inventory) => {
    const turnsOff =
      inventory.peerAuthentications.some(({ mode, portModes }) => mode === 'DISABLE' || [...portModes.values()].includes('DISABLE')) ||
      inventory.destinationRules.some(({ policies }) => policies.some(({ tls }) => tls?.mode === 'DISABLE'));
    return (turnsOff ? inventory.authorizationPolicies : [])
      .filter(({ targeted }) => !targeted)
      .flatMap((at) => {
        const asking = at.rules.filter((one) => identitiesIn(one).length > 0);
        const pods = asking.length > 0 ? podsUnder(at, inventory) : [];
        const callersRule = turnedOffForCallers(pods, inventory);
        const what = at.action === 'ALLOW' ? 'the rule admits no caller' : `the rule, of action ${at.action}, matches no caller`;
        return asking.flatMap((one): readonly Found[] => {
          const isOffAtPods = isPlain(pods, portsOf(one, at, inventory), inventory);
          const by = isOffAtPods ? peerName(at, pods, inventory) : callersRule && nameOf(callersRule.object);
          if (!by) return [];
          const hint = isOffAtPods ? {} : { hint: `remove tls from ${by}, or the identities from the rule` };
          return identitiesIn(one).map(({ key, path }) => ({
            at,
            path,
            message: `it asks for ${key}, and ${by} turns mutual TLS off: ${what}`,
            ...hint,
          }));
        });
      });
  },
});
