import { portsUnder } from '../../../model/policy-ports.ts';
import { type Found, rule } from '../rule.ts';

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
        return named.flatMap(({ port, path }): readonly Found[] => {
          const mapped = known.find((one) => String(one.port.number) === port);
          if (!mapped || mapped.podPort === undefined || known.some(({ podPort }) => String(podPort) === port)) return [];
          return [{ at, path, message: `${port} is the port of ${mapped.host.hosts[0]}, whose pods listen on ${mapped.podPort}` }];
        });
      }),
});
