import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { kept } from '../../../kept.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { hostsUnder } from '../../../model/policy-ports.ts';
import { hasProxy } from '../../../model/proxies.ts';
import type { AuthorizationPolicy, Source } from '../../../model/security-policies.ts';
import { KUBE_SYSTEM } from '../../../names.ts';
import type { Mesh } from '../../../topology/mesh.ts';
import { differInLongPart, Vocabulary } from '../misspelt.ts';
import { type Findings, type Found, rule } from '../rule.ts';
import { namedAccounts } from './callers.ts';

const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([ISTIO_NAMESPACE, KUBE_SYSTEM]);
const CALLER_KEYS = ['principals', 'serviceAccounts', 'requestPrincipals', 'ipBlocks', 'remoteIpBlocks'] as const;

const namesNoCaller = (source: Source): boolean => !CALLER_KEYS.some((key) => (source[key]?.values.length ?? 0) > 0);

function unnamed(at: AuthorizationPolicy): readonly Found[] {
  return at.rules.flatMap(({ from, path }): Findings => {
    if (from.length === 0) return { at, path, message: 'it admits every caller' };
    return from.flatMap((source, index) => {
      const wide = source.principals?.values.filter((principal) => principal.includes('*')) ?? [];
      const where = `${path}.from[${index}].source`;
      if (namesNoCaller(source)) return { at, path: where, message: 'it names no caller by its principal' };
      return wide.length > 0 ? { at, path: where, message: `the principal ${wide[0]} means more than one caller` } : [];
    });
  });
}

type Spelling = (namespace: string, accounts: Iterable<string>) => Vocabulary;

/** The accounts of a namespace, made once for all policies. */
function spellings(): Spelling {
  const byNamespace = new Map<string, Vocabulary>();
  return (namespace, accounts) => kept(byNamespace, namespace, () => new Vocabulary(accounts, differInLongPart));
}

/** Accounts that are not declared, where the files declare others of that namespace, or have one that is spelt almost like it. */
function unknown(at: AuthorizationPolicy, { serviceAccounts, namespacesWithAccounts }: Inventory, spelling: Spelling): readonly Found[] {
  return namedAccounts(at).flatMap(({ account, path }): Findings => {
    const [namespace = '', name = ''] = account.split('/');
    const known = serviceAccounts.get(namespace);
    if (!known || known.has(name)) return [];
    const meant = spelling(namespace, known).meantBy(name);
    if (!meant && !namespacesWithAccounts.has(namespace)) return [];
    const hint = meant ? `write ${namespace}/sa/${meant}, or declare the service account` : 'fix the name, or declare the service account';
    return { at, path, message: `it admits ${account}, and there is no such service account`, hint };
  });
}

/** Accounts that a policy of the topology's admits and the topology does not. */
function undeclared(at: AuthorizationPolicy, inventory: Inventory, mesh: Mesh): readonly Found[] {
  const callees = [...hostsUnder(at, inventory).keys()].filter(({ namespace }) => namespace === mesh.namespace);
  return callees.flatMap(({ name }) => {
    if (!mesh.services.has(name)) return [];
    const callers = new Set((mesh.callersOf.get(name) ?? []).map(({ from }) => `${mesh.namespace}/${from}`));
    const { to, pods } = mesh.gateway ?? {};
    if (pods && to === name) callers.add(`${pods.namespace}/${pods.serviceAccount}`);
    return namedAccounts(at)
      .filter(({ account }) => !callers.has(account))
      .map(({ account, path }) => ({ at, path, message: `it admits ${account} to ${name}, which the topology does not declare` }));
  });
}

/** Services that no policy guards, where there is a mesh at all. */
function unguarded(inventory: Inventory): readonly Found[] {
  const inMesh = inventory.virtualServices.length + inventory.destinationRules.length + inventory.authorizationPolicies.length > 0;
  if (!inMesh) return [];
  return inventory.hosts
    .filter(({ isService, selector, namespace }) => isService && selector !== undefined && !SYSTEM_NAMESPACES.has(namespace))
    .filter((host) => inventory.podsOrSelector(host).some((pod) => hasProxy(pod, inventory) !== 'no'))
    .filter((host) => inventory.podsOrSelector(host).every((pod) => !inventory.policiesOn(pod).some(({ action }) => action === 'ALLOW')))
    .map((at) => ({
      at,
      path: '',
      message: 'no policy names its callers, so every workload may call it',
      hint: 'add an AuthorizationPolicy that names its callers',
    }));
}

export const namedCallers = rule({
  code: 'MESH306',
  title: 'every caller is declared',
  otherwise: 'an undeclared service may call',
  hint: 'name each caller by the principal of its service account',
  styleOnly: true,
  find: (inventory, mesh) => {
    const allowing = inventory.authorizationPolicies.filter(({ action, targeted }) => action === 'ALLOW' && !targeted);
    const spelling = spellings();
    const ofPolicies = allowing.flatMap((at) => [
      ...unnamed(at),
      ...(mesh ? undeclared(at, inventory, mesh) : unknown(at, inventory, spelling)),
    ]);
    return [...ofPolicies, ...unguarded(inventory)];
  },
});
