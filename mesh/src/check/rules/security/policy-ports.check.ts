import { requestFields } from '../../../model/authorization.ts';
import { type PolicyPort, portsUnder } from '../../../model/policy-ports.ts';
import type { AuthorizationPolicy, Rule } from '../../../model/security-policies.ts';
import { type Findings, rule } from '../rule.ts';

export const policyPorts = rule({
  code: 'MESH307',
  title: "an AuthorizationPolicy names the ports of pods, not the Service's",
  otherwise: 'the rule means no request',
  hint: 'write the port that the container listens on: the targetPort of the Service',
  find: (inventory) =>
    inventory.authorizationPolicies
      .filter(({ targeted }) => !targeted)
      .flatMap((at) => {
        const named = at.rules.flatMap(({ to, path }) =>
          to.flatMap(({ ports }, index) => (ports?.values ?? []).map((port) => ({ port, path: `${path}.to[${index}].operation.ports` }))),
        );
        if (named.length === 0) return [];
        const known = portsUnder(at, inventory);
        return named.flatMap(({ port, path }): Findings => {
          const mapped = known.find((one) => String(one.port.number) === port);
          if (!mapped || mapped.podPort === undefined || known.some(({ podPort }) => String(podPort) === port)) return [];
          return { at, path, message: `${port} is the port of ${mapped.host.hosts[0]}, whose pods listen on ${mapped.podPort}` };
        });
      }),
});

/** The ports without requests for which a rule is written: those that it names; every one, where it names none and no port has requests. */
function plainPorts({ to }: Rule, ports: readonly PolicyPort[]): readonly PolicyPort[] {
  const plain = ports.filter(({ port }) => port.protocol === 'tcp');
  const named = new Set(to.flatMap((operation) => operation.ports?.values ?? []));
  if (named.size > 0) return plain.filter(({ podPort }) => podPort !== undefined && named.has(String(podPort)));
  return plain.length === ports.length ? plain : [];
}

export const requestFieldsOnTcp = rule({
  code: 'MESH303',
  title: 'rules match paths, methods, hosts and headers only at HTTP and gRPC ports',
  otherwise: 'Istio drops the rule at a TCP port, and denies every connection there',
  hint: "add a separate rule for the TCP port with only principals and ports; or name the Service's port for its protocol (http-…, grpc-…)",
  find: (inventory) =>
    inventory.authorizationPolicies
      .filter((policy: AuthorizationPolicy) => policy.action === 'ALLOW' && !policy.targeted)
      .flatMap((at) =>
        at.rules.flatMap((one): Findings => {
          const fields = [...new Set(requestFields(one))];
          if (fields.length === 0) return [];
          const [plain] = plainPorts(one, portsUnder(at, inventory));
          return plain
            ? {
                at,
                path: one.path,
                message: `it asks for ${fields.join(', ')} at the port ${plain.port.name || plain.port.number} of ${plain.host.hosts[0]}, which speaks TCP`,
              }
            : [];
        }),
      ),
});
