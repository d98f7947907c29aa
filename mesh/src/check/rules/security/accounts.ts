import type { AuthorizationPolicy, Source } from '../../../model/security-policies.ts';

const PRINCIPAL = /^[^/]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/;

export interface NamedAccount {
  /** `namespace/name` */
  readonly account: string;
  /** The path in the policy. */
  readonly path: string;
}

const accountsOf = ({ principals, serviceAccounts }: Source): readonly string[] => [
  ...(principals?.values ?? []).flatMap((principal) => {
    const [, namespace, name] = PRINCIPAL.exec(principal) ?? [];
    return namespace && name ? [`${namespace}/${name}`] : [];
  }),
  ...(serviceAccounts?.values ?? []),
];

/** The service accounts that a policy names in full. */
export const namedAccounts = ({ rules }: AuthorizationPolicy): readonly NamedAccount[] =>
  rules.flatMap(({ from, path }) =>
    from.flatMap((source, index) => accountsOf(source).map((account) => ({ account, path: `${path}.from[${index}].source` }))),
  );
