import type { LoadBalancer } from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';

type Localities = NonNullable<LoadBalancer['localityLbSetting']>;
type Failover = NonNullable<Localities['failover']>[number];

const TOPOLOGY_LABELS = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/** Weights of localities, or where requests go when one fails. istiod stops at the first thing that is wrong with a weight. */
export function* localities(setting: Localities, hasOutlierDetection: boolean, path: string): Violations {
  const { distribute = [], failover = [], failoverPriority = [] } = setting;
  if (distribute.length > 0 && failover.length > 0) {
    yield broken('MESH134', path, 'distribute and failover exclude each other', 'keep one');
    return;
  }
  if (failover.length > 0) yield* withoutTopology(failoverPriority, field(path, 'failoverPriority'));
  for (const [{ to = {} }, place] of items(distribute, field(path, 'distribute'))) {
    const at = field(place, 'to');
    const weights = Object.values(to);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (weights.some((weight) => weight < 1 || weight > 100) || total !== 100)
      yield broken('MESH134', at, `the weights add up to ${total}`, 'write weights between 1 and 100 that add up to 100');
    yield* withoutOverlap(Object.keys(to), at);
  }
  yield* withoutOverlap(
    distribute.map(({ from = '' }) => from),
    field(path, 'distribute'),
    { ordered: true },
  );
  yield* failovers(failover, failoverPriority, hasOutlierDetection, path);
}

/** As `localities`, where regions, zones and subzones are kept apart without being named. */
export function* zoneAware(
  setting: NonNullable<LoadBalancer['zoneAwareLbSetting']>,
  hasOutlierDetection: boolean,
  path: string,
): Violations {
  yield* withoutTopology(setting.failoverPriority, field(path, 'failoverPriority'));
  yield* failovers(setting.failover ?? [], setting.failoverPriority ?? [], hasOutlierDetection, path);
}

function* withoutTopology(priorities: readonly string[] = [], path: string): Violations {
  for (const [label, at] of items(priorities, path))
    if (TOPOLOGY_LABELS.includes(label)) yield broken('MESH134', at, `${label} is reckoned with already`, 'remove it');
}

function* failovers(failover: readonly Failover[], priorities: readonly string[], hasOutlierDetection: boolean, path: string): Violations {
  if (failover.length + priorities.length > 0 && !hasOutlierDetection)
    yield broken('MESH194', path, 'without outlier detection nothing fails over', 'write outlierDetection');
  for (const [{ from = '', to = '' }, at] of items(failover, field(path, 'failover'))) {
    if (from === to) yield broken('MESH134', at, `it leads from ${from} to ${to}`, 'name another region');
    if (/[/*]/.test(from + to)) yield broken('MESH134', at, 'it names more or less than a region', 'write regions, without / and *');
  }
}

/**
 * Localities must not overlap: `region/*` covers `region/zone/subzone`. A wildcard may follow a locality that it covers; in the weights of `to`,
 * which istiod reads in random order and so rejects only sometimes, it may not.
 */
function* withoutOverlap(names: readonly string[], path: string, { ordered = false } = {}): Violations {
  for (const [index, name] of names.entries()) {
    if (/\*./.test(name) || name.split('/').slice(0, 3).includes('')) {
      yield broken('MESH134', path, `'${name}' is no locality`, 'write region/zone/subzone, with * only at the end');
      return;
    }
    const follows = (other: string) => covers(other, name) || (covers(name, other) && !(ordered && name.endsWith('*')));
    const twin = names.slice(0, index).find(follows);
    if (twin !== undefined) yield broken('MESH134', path, `'${name}' and '${twin}' overlap`, 'name each locality once');
  }
}

const covers = (whole: string, part: string): boolean =>
  whole
    .split('/')
    .filter((step) => step !== '*')
    .every((step, index) => step === part.split('/')[index]);
