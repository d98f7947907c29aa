import type { MeshObject } from '../object.ts';
import { type Fields, fields, isGiven, type Labels, labels, type Named, named, records, specOf, text, texts } from './fields.ts';

/** A list of values that is asked for, and one of values that must not be. */
export interface ValueFilter {
  readonly values: readonly string[];
  readonly not: readonly string[];
}

const SOURCE_KEYS = {
  principals: 'notPrincipals',
  namespaces: 'notNamespaces',
  serviceAccounts: 'notServiceAccounts',
  trustDomains: 'notTrustDomains',
  requestPrincipals: 'notRequestPrincipals',
  ipBlocks: 'notIpBlocks',
  remoteIpBlocks: 'notRemoteIpBlocks',
} as const;
const OPERATION_KEYS = { hosts: 'notHosts', ports: 'notPorts', methods: 'notMethods', paths: 'notPaths' } as const;
export type SourceKey = keyof typeof SOURCE_KEYS;
export type OperationKey = keyof typeof OPERATION_KEYS;

/** Only what a source or operation asks for is there. */
export type Source = Partial<Readonly<Record<SourceKey, ValueFilter>>>;
export type Operation = Partial<Readonly<Record<OperationKey, ValueFilter>>>;

export interface Condition extends ValueFilter {
  readonly key: string;
}

export interface Rule {
  readonly from: readonly Source[];
  readonly to: readonly Operation[];
  readonly when: readonly Condition[];
  readonly path: string;
}

export interface AuthorizationPolicy extends Named {
  readonly action: string;
  readonly selector: Labels;
  readonly rules: readonly Rule[];
  /** It is for a gateway or a waypoint, and no sidecar reads it. */
  readonly targeted: boolean;
}

export interface PeerAuthentication extends Named {
  readonly selector: Labels;
  readonly mode: string;
  readonly portModes: ReadonlyMap<number, string>;
}

export function readAuthorizationPolicy(object: MeshObject): AuthorizationPolicy {
  const spec = specOf(object);
  const { namespace } = named(object);
  return {
    ...named(object),
    action: text(spec.action) ?? 'ALLOW',
    selector: labels(fields(spec.selector).matchLabels),
    rules: records(spec.rules).map((rule, index) => ({
      from: records(rule.from).map(({ source }) => completed(readWanted<SourceKey>(source, SOURCE_KEYS), namespace)),
      to: records(rule.to).map(({ operation }) => readWanted<OperationKey>(operation, OPERATION_KEYS)),
      when: records(rule.when).map((one) => ({ key: text(one.key) ?? '', values: texts(one.values), not: texts(one.notValues) })),
      path: `spec.rules[${index}]`,
    })),
    targeted: isGiven(spec.targetRef) || isGiven(spec.targetRefs),
  };
}

/** An account without a namespace is one of the policy's own. */
function completed(source: Source, namespace: string): Source {
  if (!source.serviceAccounts) return source;
  const inFull = (account: string) => (account.includes('/') ? account : `${namespace}/${account}`);
  return { ...source, serviceAccounts: { values: source.serviceAccounts.values.map(inFull), not: source.serviceAccounts.not.map(inFull) } };
}

function readWanted<K extends string>(value: unknown, keys: Readonly<Record<K, string>>): Partial<Record<K, ValueFilter>> {
  const all: Fields = fields(value);
  const wanted: Partial<Record<K, ValueFilter>> = {};
  for (const [key, not] of Object.entries(keys) as [K, string][])
    if (isGiven(all[key]) || isGiven(all[not])) wanted[key] = { values: texts(all[key]), not: texts(all[not]) };
  return wanted;
}

export function readPeerAuthentication(object: MeshObject): PeerAuthentication {
  const spec = specOf(object);
  const ports = Object.entries(fields(spec.portLevelMtls)).map(([port, mtls]): [number, string] => [
    Number(port),
    text(fields(mtls).mode) ?? 'UNSET',
  ]);
  return {
    ...named(object),
    selector: labels(fields(spec.selector).matchLabels),
    mode: text(fields(spec.mtls).mode) ?? 'UNSET',
    portModes: new Map(ports),
  };
}
