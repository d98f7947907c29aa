import type { HttpMatch, HttpRoute, StringMatch, VirtualServiceSpec } from '../../kinds.ts';
import { field, item } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';

/** Routes and matches that no request reaches, since an earlier one has matched. */
export function* unreachable({ http = [], tls = [], tcp = [] }: VirtualServiceSpec): Violations {
  yield* shadowed(http, 'spec.http');
  yield* shadowed(tls, 'spec.tls');
  yield* shadowed(tcp, 'spec.tcp');
  yield* shadowedPrefixes(http, 'spec.http');
}

interface Route {
  readonly match?: readonly object[];
}

function* shadowed(routes: readonly Route[], path: string): Violations {
  const seen = new Map<string, number>();
  let open: number | undefined;
  for (const [index, { match = [] }] of routes.entries()) {
    const at = item(path, index);
    if (open !== undefined) {
      yield broken('MESH192', at, `route ${open}, which has no match, takes every request`, 'move the route without match to the end');
    } else if (match.length === 0) {
      open = index;
    } else {
      const repeated = repeatedMatches(match, index, seen);
      if (repeated.length === match.length)
        yield broken('MESH192', at, 'earlier routes match the same', 'remove the route, or change its match');
      else
        for (const [position, earlier] of repeated)
          yield broken('MESH192', item(field(at, 'match'), position), `route ${earlier} matches the same`, 'remove the match');
    }
  }
}

/** The positions of matches that were seen before, each with the route that it was seen in. */
function repeatedMatches(matches: readonly object[], route: number, seen: Map<string, number>): readonly (readonly [number, number])[] {
  return matches.flatMap((match, position) => {
    const key = canonical(match);
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, route);
    return earlier === undefined ? [] : [[position, earlier] as const];
  });
}

/** The same for matches that mean the same: with sorted keys, without the name, and without fields that have the value they have anyway. */
function canonical(match: object): string {
  const sorted = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(Object.fromEntries(Object.entries(match).filter(([name, value]) => name !== 'name' && !isDefault(value))), sorted);
}

const isDefault = (value: unknown): boolean => value === '' || value === 0 || value === false || JSON.stringify(value) === '[]';

interface Prefix {
  readonly prefix: string;
  readonly match: HttpMatch;
  readonly route: number;
  readonly path: string;
}

/** A match by prefix takes the requests of each later match by a longer prefix that asks for nothing else. */
function* shadowedPrefixes(routes: readonly HttpRoute[], path: string): Violations {
  const prefixes = routes.flatMap(({ match = [] }, route) =>
    match.flatMap((one, index): Prefix[] =>
      one.uri?.prefix ? [{ prefix: one.uri.prefix, match: one, route, path: item(field(item(path, route), 'match'), index) }] : [],
    ),
  );
  const open = routes.findIndex(({ match = [] }) => match.length === 0);
  const reached = prefixes.filter(({ route }) => open < 0 || route < open);
  for (const [index, later] of reached.entries()) {
    const earlier = reached
      .slice(0, index)
      .find(({ prefix, match }) => later.prefix !== prefix && later.prefix.startsWith(prefix) && takesAll(match, later.match));
    if (earlier)
      yield broken(
        'MESH192',
        field(later.path, 'uri', 'prefix'),
        `route ${earlier.route} matches the prefix ${earlier.prefix} first, which takes every request of ${later.prefix}`,
        'move the longer prefix in front of the shorter one',
      );
  }
}

/** As istiod compares them: a method that is not given is GET, and a regular expression is any value. */
function takesAll(earlier: HttpMatch, later: HttpMatch): boolean {
  return (
    (earlier.port ?? 0) === (later.port ?? 0) &&
    (words(earlier.method) || 'exact:GET').startsWith(words(later.method) || 'exact:GET') &&
    words(earlier.authority).startsWith(words(later.authority)) &&
    (['headers', 'queryParams', 'withoutHeaders'] as const).every((list) => sameKeys(earlier[list], later[list]))
  );
}

const words = ({ exact, prefix }: StringMatch = {}): string => (exact ? `exact:${exact}` : prefix ? `prefix:${prefix}` : '');

type Matches = Readonly<Record<string, StringMatch>>;

function sameKeys(earlier: Matches = {}, later: Matches = {}): boolean {
  const names = Object.keys(earlier);
  return (
    names.length === Object.keys(later).length &&
    names.every((name) => Object.hasOwn(later, name) && words(earlier[name]).startsWith(words(later[name])))
  );
}
