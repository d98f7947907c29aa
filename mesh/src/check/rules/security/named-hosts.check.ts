import { rule } from '../rule.ts';

export const namedHosts = rule({
  code: 'MESH308',
  title: 'a gateway answers to hosts that are named',
  otherwise: 'a page of any site can reach it under a name of its own (DNS rebinding)',
  hint: "write the hosts that clients use: hosts: ['shop.example.com']",
  severity: 'warning',
  find: ({ virtualServices, gateways }) =>
    virtualServices.flatMap((at) => {
      if (!at.hosts.includes('*')) return [];
      const open = at.gateways.filter((name) => gateways.get(name)?.hosts.includes('*'));
      return open.map((name) => ({ at, path: 'spec.hosts', message: `the Gateway ${name} answers to any host` }));
    }),
});
