import { GATEWAY } from '@mesh-platform/kubernetes';
import { type Gateway, gateway } from '../../kinds.ts';
import type { Entry, Mesh } from '../../topology/mesh.ts';
import { GATEWAY_NAME } from './names.ts';

/**
 * The listeners of the gateway: plain HTTP, or TLS with a certificate of the gateway's namespace and a redirect to it. The hosts of HTTPS are
 * matched with the SNI. A load balancer that connects to the gateway over TLS does not send it: there, only the hosts of the route match.
 */
export function ingressGateway({ namespace }: Mesh, { hosts }: Entry, tls?: { readonly credential: string }): Gateway {
  const http = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [...hosts] };
  const servers = tls
    ? [
        { ...http, tls: { httpsRedirect: true } },
        {
          port: { number: 443, name: 'https', protocol: 'HTTPS' },
          hosts: ['*'],
          tls: { mode: 'SIMPLE' as const, credentialName: tls.credential, minProtocolVersion: 'TLSV1_2' as const },
        },
      ]
    : [http];
  return gateway({ name: GATEWAY_NAME, namespace }, { selector: { ...GATEWAY.labels }, servers });
}
