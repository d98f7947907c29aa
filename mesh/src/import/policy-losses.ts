import { fields, list, text, texts } from '../model/fields.ts';
import { readAuthorizationPolicy } from '../model/security-policies.ts';
import type { MeshObject } from '../object.ts';
import type { Given } from './given.ts';
import { accountsOf, servicesOf } from './read-calls.ts';

/** What an AuthorizationPolicy states and the rendered one does not: a topology allows callers by their services, methods and paths. */
export function authorizationLosses(object: MeshObject, twin: MeshObject, { inventory }: Given): readonly string[] {
  const spec = fields(object.spec);
  const action = text(spec.action) ?? 'ALLOW';
  if (action !== 'ALLOW') return [`spec.action is ${action}: a topology only allows`];
  const admitted = new Set(readAuthorizationPolicy(twin).rules.flatMap((rule) => admissions(rule, accountsOf(rule))));
  const policy = readAuthorizationPolicy(object);
  return policy.rules.flatMap((rule, index) => {
    const raw = fields(list(spec.rules)[index]);
    const unknown = [
      ...(list(raw.when).length > 0 ? [`${rule.path}.when`] : []),
      ...keysBut(raw.from, 'source', ['principals']).map((key) => `${rule.path}.from: ${key}`),
      ...keysBut(raw.to, 'operation', ['ports', 'methods', 'paths', 'notPaths']).map((key) => `${rule.path}.to: ${key}`),
    ];
    if (unknown.length > 0) return unknown.map((what) => `${what}: a topology allows callers by service, method and path`);
    if (rule.from.length === 0) return [`${rule.path} names no callers: in a topology each caller is a service`];
    const callers = accountsOf(rule).flatMap((account) => servicesOf(inventory, account));
    const lost = admissions(rule, callers).filter((admission) => !admitted.has(admission));
    return lost.length > 0 ? [`${rule.path} is not what the topology makes of it`] : [];
  });
}

/** Each caller with each operation, in one spelling. */
const admissions = (rule: ReturnType<typeof readAuthorizationPolicy>['rules'][number], callers: readonly string[]): readonly string[] =>
  callers.flatMap((caller) =>
    (rule.to.length > 0 ? rule.to : [{}]).flatMap(({ methods, paths }) => {
      const [verbs, places] = [methods?.values ?? [], paths?.values ?? []].map((values) => (values.length > 0 ? values : ['*']));
      return (verbs ?? []).flatMap((verb) => (places ?? []).map((path) => `${caller} ${verb} ${path}`));
    }),
  );

const keysBut = (items: unknown, key: string, known: readonly string[]): readonly string[] =>
  list(items).flatMap((item) =>
    Object.keys(fields(fields(item)[key])).filter((name) => !known.includes(name) || texts(fields(fields(item)[key])[name]).length === 0),
  );
