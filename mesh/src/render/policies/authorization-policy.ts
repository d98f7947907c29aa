import { type AuthorizationPolicy, type AuthorizationRule, authorizationPolicy } from '../../kinds.ts';
import { principalOf } from '../../names.ts';
import type { Call, Mesh, Operations, Service } from '../../topology/mesh.ts';
import { gatewayPrincipal } from './names.ts';

/** A policy without rules allows nothing; each of the others adds the callers of one service. */
export const denyAll = ({ namespace }: Mesh): AuthorizationPolicy => authorizationPolicy({ name: 'deny-all', namespace }, {});

/** Allows the callers of a service, with their methods and paths; undefined where it has no callers. */
export function allowCallers(mesh: Mesh, service: Service): AuthorizationPolicy | undefined {
  const { gateway, namespace, callersOf } = mesh;
  const rules = (callersOf.get(service.name) ?? []).map((call) => allowCall(mesh, service, call));
  if (gateway?.to === service.name) {
    // Paths for operators stay hidden at the gateway.
    const hidden = gateway.hidden.length > 0 ? { notPaths: [...gateway.hidden] } : {};
    rules.unshift({
      from: [{ source: { principals: [gatewayPrincipal(mesh, gateway)] } }],
      to: operationsAt(service, gateway.operations).map(({ operation }) => ({ operation: { ...operation, ...hidden } })),
    });
  }
  if (rules.length === 0) return undefined;
  return authorizationPolicy(
    { name: service.name, namespace },
    { selector: { matchLabels: { app: service.name } }, action: 'ALLOW', rules },
  );
}

const allowCall = (mesh: Mesh, service: Service, { from, operations }: Call): AuthorizationRule => ({
  from: [{ source: { principals: [principalOf(mesh, from)] } }],
  to: operationsAt(service, operations),
});

/** A TCP connection has only a port: Istio would ignore a rule with methods or paths, and so allow nothing. */
function operationsAt({ port, protocol }: Service, operations: readonly Operations[]) {
  const ports = [String(port)];
  if (protocol === 'tcp') return [{ operation: { ports } }];
  return operations.map(({ methods, paths }) => ({
    operation: { ports, ...(methods.length > 0 ? { methods: [...methods] } : {}), ...(paths.length > 0 ? { paths: [...paths] } : {}) },
  }));
}
