import type { VirtualServiceSpec } from '../../kinds.ts';
import { item } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';

/** Routes that no request reaches, since an earlier one has matched. */
export function* unreachable({ http = [], tls = [], tcp = [] }: VirtualServiceSpec): Violations {
  yield* shadowed(http, 'spec.http');
  yield* shadowed(tls, 'spec.tls');
  yield* shadowed(tcp, 'spec.tcp');
}

function* shadowed(routes: readonly { readonly match?: readonly object[] }[], path: string): Violations {
  const seen = new Set<string>();
  let open: number | undefined;
  for (const [index, { match = [] }] of routes.entries()) {
    if (open !== undefined)
      yield broken('MESH192', item(path, index), `route ${open} has taken every request`, 'move the route without match to the end');
    const keys = match.map((condition) => JSON.stringify({ ...condition, name: undefined }));
    if (open === undefined && keys.length > 0 && keys.every((key) => seen.has(key)))
      yield broken('MESH192', item(path, index), 'earlier routes match the same', 'remove one of them');
    for (const key of keys) seen.add(key);
    if (keys.length === 0) open = index;
  }
}
