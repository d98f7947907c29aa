import { dump } from 'js-yaml';
import type { MeshObject } from '../checks/check.ts';

/** What tells an object from others comes first; the rest is sorted, so that a change shows as itself. */
const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

const rank = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
const byRank = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);

/** Objects as YAML documents: the same objects give the same bytes. */
export const yamlOf = (objects: readonly MeshObject[]): string =>
  objects.map((object) => dump(object, { sortKeys: byRank, lineWidth: -1, noRefs: true, quoteStyle: 'double' })).join('---\n');
