import type { MeshObject } from '../object.ts';
import {
  type Fields,
  fields,
  given,
  isGiven,
  type Labels,
  labels,
  list,
  type Named,
  named,
  number,
  records,
  specOf,
  text,
  texts,
} from './fields.ts';

export interface PolicyPort {
  readonly protocol: string;
  /** A number, or the name of a port of the pods; undefined for all. */
  readonly port?: number | string;
  readonly endPort?: number;
}

/** The traffic that a NetworkPolicy allows in one direction. */
export interface Admission {
  /** Empty for every peer. */
  readonly peers: readonly Fields[];
  /** Empty for every port. */
  readonly ports: readonly PolicyPort[];
}

export interface NetworkPolicy extends Named {
  readonly selector: Labels;
  /** Its selector asks for more than labels that are equal. */
  readonly hasExpressions: boolean;
  /** Undefined where the policy does not restrict that direction. */
  readonly ingress?: readonly Admission[];
  readonly egress?: readonly Admission[];
}

export function readNetworkPolicy(object: MeshObject): NetworkPolicy {
  const spec = specOf(object);
  const selector = fields(spec.podSelector);
  const types = texts(spec.policyTypes);
  const isolates = (direction: string, inferred: boolean) => (types.length > 0 ? types.includes(direction) : inferred);
  return {
    ...named(object),
    selector: labels(selector.matchLabels),
    hasExpressions: list(selector.matchExpressions).length > 0,
    ...(isolates('Ingress', true) ? { ingress: records(spec.ingress).map((one) => readAdmission(one, 'from')) } : {}),
    ...(isolates('Egress', isGiven(spec.egress)) ? { egress: records(spec.egress).map((one) => readAdmission(one, 'to')) } : {}),
  };
}

const readAdmission = (admission: Fields, peers: 'from' | 'to'): Admission => ({
  peers: records(admission[peers]),
  ports: records(admission.ports).map((one) => ({
    protocol: text(one.protocol) ?? 'TCP',
    ...given({ port: number(one.port) ?? text(one.port), endPort: number(one.endPort) }),
  })),
});

/** Whether an admission opens a port by its number. */
export const opensPort = ({ ports }: Admission, wanted: number, protocol = 'TCP'): boolean =>
  ports.length === 0 ||
  ports.some(
    (one) =>
      one.protocol === protocol &&
      (one.port === undefined ||
        one.port === wanted ||
        (typeof one.port === 'number' && one.endPort !== undefined && one.port <= wanted && wanted <= one.endPort)),
  );
