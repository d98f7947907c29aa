import type { MeshObject } from '../../object.ts';
import { field } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';

const DRY_RUN = 'istio.io/dry-run';
/** Annotations that only Istio sets. */
const INTERNAL = ['internal.istio.io/webhook-always-reject', 'internal.istio.io/parent-namespace', 'internal.istio.io/parents'];
/** The values that Go parses as a boolean. */
const BOOLEAN = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

export function* annotations({ kind, metadata, spec }: MeshObject): Violations {
  const path = 'metadata.annotations';
  const given: Readonly<Record<string, string>> = metadata?.annotations ?? {};
  for (const name of INTERNAL) if (name in given) yield broken('MESH101', field(path, name), 'only Istio may set it', 'remove it');
  const dryRun = given[DRY_RUN];
  if (dryRun === undefined) return;
  const action = (spec as { action?: string } | undefined)?.action ?? 'ALLOW';
  if (kind !== 'AuthorizationPolicy' || !['ALLOW', 'DENY'].includes(action))
    yield broken('MESH101', field(path, DRY_RUN), 'only an AuthorizationPolicy that allows or denies can be tried', 'remove it');
  else if (!BOOLEAN.test(dryRun))
    yield broken('MESH101', field(path, DRY_RUN), `'${dryRun}' is neither true nor false`, "write 'true' or 'false'");
}
