import type { Inventory } from '../../../model/inventory.ts';
import { hostOf } from '../../../names.ts';
import type { Mesh, Operations } from '../../../topology/mesh.ts';
import type { ExpectedCaller } from './lock-out.check.ts';

/** Everything that a topology lets services and the gateway ask for. */
export function callsOf(mesh: Mesh, inventory: Inventory): readonly ExpectedCaller[] {
  const { trustDomain, namespace } = mesh;
  const calleesOf = (to: string) => inventory.hostsNamed(hostOf(mesh, to), namespace);
  const calls = [...mesh.callersOf.values()].flat().flatMap(({ from, to, operations }) =>
    calleesOf(to).map((callee) => ({
      name: from,
      callers: [{ trustDomain, namespace, serviceAccount: from }],
      callee,
      requests: requestsOf(operations),
    })),
  );
  if (!mesh.gateway) return calls;
  const { to, operations, pods } = mesh.gateway;
  const gateway = { trustDomain, ...pods };
  return [
    ...calls,
    ...calleesOf(to).map((callee) => ({ name: 'the gateway', callers: [gateway], callee, requests: requestsOf(operations) })),
  ];
}

/** One request for each method and path; a path that ends with `*` stands for itself with something more. */
function requestsOf(operations: readonly Operations[]): ExpectedCaller['requests'] {
  const requests = operations.flatMap(({ methods, paths }) =>
    orNothing(methods).flatMap((method) =>
      orNothing(paths).map((path) => ({
        ...(method === undefined ? {} : { method }),
        ...(path === undefined ? {} : { path: path.replace(/\*$/, 'x') }),
      })),
    ),
  );
  return requests.length > 0 ? requests : [{}];
}

const orNothing = (values: readonly string[]): readonly (string | undefined)[] => (values.length > 0 ? values : [undefined]);
