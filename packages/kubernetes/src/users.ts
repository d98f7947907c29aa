import { createHash } from 'node:crypto';

/**
 * The user numbers of the platform's pods. On this machine they are user numbers of the host, so no account may have them:
 * accounts end at 60,000, systemd's at 65,535, its containers' lie at 524,288 to 1,879,048,191 (https://systemd.io/UIDS-GIDS/),
 * those of directories end at 2,000,200,000 (`ldap_idmap_range_max` of sssd-ldap(5)); Kubernetes takes 31 bits.
 */
export const POD_USERS = { first: 2_000_300_000, last: 2_147_299_999 } as const;

/** Numbers that the images and manifests of the platform itself name. */
export const users = {
  /** Of the services' images, where nothing else is asked for; their pods ask for the service's own. */
  image: POD_USERS.first,
  postgres: POD_USERS.first + 1,
  probe: POD_USERS.first + 2,
  databaseRole: POD_USERS.first + 3,
} as const;

/** Istio's own: https://istio.io/latest/docs/ops/deployment/application-requirements/ */
export const ISTIO_USER = 1337;

/** Below it lie numbers of the platform's own. */
const FIRST_SERVICE = POD_USERS.first + 100;

/** The user number of each service, by name: no two services of a topology share a number, and services of two topologies share one only by chance. */
export function serviceUsers(topology: string, services: Iterable<string>): ReadonlyMap<string, number> {
  const taken = new Map<number, string>();
  for (const service of [...services].sort()) {
    let user = numberOf(`${topology}/${service}`);
    while (taken.has(user)) user = next(user);
    taken.set(user, service);
  }
  return new Map([...taken].map(([user, service]) => [service, user]));
}

const numberOf = (text: string): number =>
  FIRST_SERVICE + (createHash('sha256').update(text).digest().readUInt32BE(0) % (POD_USERS.last + 1 - FIRST_SERVICE));

const next = (user: number): number => (user === POD_USERS.last ? FIRST_SERVICE : user + 1);
