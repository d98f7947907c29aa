import type { LoadBalancer } from '../../kinds.ts';
import { field, item } from '../schema/violation.ts';
import { anyDuration, duration } from './durations.ts';
import { localities, zoneAware } from './localities.ts';
import { broken, type Violations } from './rules.ts';

export function* loadBalancer(balancer: LoadBalancer, hasOutlierDetection: boolean, path: string): Violations {
  if (balancer.consistentHash) yield* consistentHash(balancer.consistentHash, field(path, 'consistentHash'));
  if (balancer.localityLbSetting && balancer.zoneAwareLbSetting)
    yield broken('MESH133', path, 'localityLbSetting and zoneAwareLbSetting exclude each other', 'keep one');
  if (balancer.localityLbSetting) yield* localities(balancer.localityLbSetting, hasOutlierDetection, field(path, 'localityLbSetting'));
  if (balancer.zoneAwareLbSetting) yield* zoneAware(balancer.zoneAwareLbSetting, hasOutlierDetection, field(path, 'zoneAwareLbSetting'));
  if (balancer.warmup) yield* warmup(balancer.warmup, field(path, 'warmup'));
}

function* warmup(period: NonNullable<LoadBalancer['warmup']>, path: string): Violations {
  yield* duration(period.duration, field(path, 'duration'));
  if (period.aggression !== undefined && period.aggression !== null && period.aggression <= 0)
    yield broken('MESH133', field(path, 'aggression'), `${period.aggression} slows nothing down`, 'write more than 0');
}

type ConsistentHash = NonNullable<LoadBalancer['consistentHash']>;

function* consistentHash(hash: ConsistentHash, path: string): Violations {
  if (hash.httpCookie) yield* cookie(hash.httpCookie, field(path, 'httpCookie'));
  if (hash.minimumRingSize) {
    yield broken('MESH191', field(path, 'minimumRingSize'), 'it is deprecated', 'write ringHash.minimumRingSize');
    if (hash.maglev || hash.ringHash)
      yield broken('MESH133', path, 'minimumRingSize and an algorithm exclude each other', 'remove minimumRingSize');
  }
  if (hash.maglev) yield* maglev(hash.maglev.tableSize ?? 0, field(path, 'maglev', 'tableSize'));
}

const MAGLEV_LIMIT = 5_000_011;

function* maglev(tableSize: number, path: string): Violations {
  if (tableSize >= MAGLEV_LIMIT || !isPrime(tableSize))
    yield broken('MESH133', path, `${tableSize} is no size of a table of Maglev's`, `write a prime below ${MAGLEV_LIMIT}, such as 65537`);
}

/** As Envoy reckons, to which 1 is one. */
function isPrime(candidate: number): boolean {
  if (candidate > 0 && candidate < 4) return true;
  if (candidate % 2 === 0) return false;
  for (let factor = 3; factor * factor <= candidate; factor += 2) if (candidate % factor === 0) return false;
  return true;
}

function* cookie({ name, attributes = [], ttl }: NonNullable<ConsistentHash['httpCookie']>, path: string): Violations {
  if (name === '') yield broken('MESH133', field(path, 'name'), 'a cookie without a name', 'name the cookie');
  yield* anyDuration(ttl, field(path, 'ttl'));
  const names = attributes.map((attribute) => attribute.name);
  for (const [index, attribute] of names.entries()) {
    const at = field(item(field(path, 'attributes'), index), 'name');
    if (attribute === '') yield broken('MESH133', at, 'an attribute without a name', 'name the attribute');
    else if (names.indexOf(attribute) < index) yield broken('MESH133', at, `'${attribute}' is a duplicate`, 'remove one of the two');
  }
}
