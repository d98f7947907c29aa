import { GATEWAY } from '@mesh-platform/kubernetes';
import type { Environment } from '@mesh-platform/mesh';
import { check, type Stage } from '../check.ts';
import { reached } from '../participants/participants.ts';
import { probe } from '../probe/probe.ts';
import { type Hop, hopsOf } from '../wire/hops.ts';
import { addressesOf, identityOf } from '../wire/pods.ts';
import { request } from '../wire/requests.ts';

/** Each hop proves its identity with a certificate of istiod, and its sidecar verifies the caller's identity. */
export const identity = check({
  name: 'identity',
  title: 'each hop has an identity, issued by istiod',
  participants: reached,
  does: () =>
    'a pod outside of the mesh looks at the certificate of each service; the path of a request reports the caller that each hop has verified',
  arrange: async (stage) => ({ issuers: await istiodsRoot(stage), addresses: await addressesOf(stage.cluster, stage.environment) }),
  act: async ({ cluster, environment, path, gatewayUrl, signal }, { issuers, addresses }) => {
    const attempts = addresses.map(({ host, port }) => ({ kind: 'tls', host, port, issuers }) as const);
    const results = await probe(cluster, { namespace: environment.mesh.namespace, sidecar: false, signal }, attempts);
    const certificates = addresses.map(({ service }, index) => ({ service, certificate: results[index] ?? '' }));
    return { certificates, reply: await request(gatewayUrl, { path }, signal) };
  },
  evidence: ({ certificates, reply }, { services }, { environment }) => {
    const proven = certificates.map(({ service, certificate }) => ({
      service,
      certificate,
      passes: proves(certificate, identityOf(environment, service)),
    }));
    const hops = hopsOf(reply);
    const callers = hops.map(({ caller }, index) => callersOf(hops.slice(0, index), hops[index], environment).includes(caller));
    return {
      passes:
        proven.length > 0 && proven.every(({ passes }) => passes) && hops.length >= Math.min(2, services.length) && callers.every(Boolean),
      lines: [
        ...new Set(proven.map(({ service, certificate }) => `${service} shows ${certificate}`)),
        ...hops.map(({ service, version, caller }) => `${service} ${version} was called by ${caller ?? 'no caller that it could verify'}`),
        ...(hops.length === 0 ? [`the path of a request: ${reply.status} ${reply.text.slice(0, 200)}`] : []),
      ],
    };
  },
});

async function istiodsRoot({ cluster, environment }: Stage): Promise<string> {
  const { namespace } = environment.mesh;
  const found = await cluster.read({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio-ca-root-cert', namespace } });
  const root = found?.data?.['root-cert.pem'];
  if (!root) throw new Error(`istiod has left no root certificate in ${namespace}`);
  return root;
}

/** The handshake has verified the issuer; what is left is the name and the date. */
function proves(certificate: string, expected: string): boolean {
  const [, name, until] = /^(\S+), until (\S+),/.exec(certificate) ?? [];
  return name === expected && Date.parse(until ?? '') > Date.now();
}

/** The possible callers of a hop: the gateway for the first one, and for any other an earlier service that calls it. */
function callersOf(before: readonly Hop[], hop: Hop | undefined, environment: Environment): readonly (string | null)[] {
  const { trustDomain, services } = environment.mesh;
  if (before.length === 0) return [`spiffe://${trustDomain}/ns/${GATEWAY.namespace}/sa/${GATEWAY.serviceAccount}`];
  return before
    .filter(({ service }) => services.get(service)?.calls.some(({ to }) => to === hop?.service))
    .map(({ service }) => identityOf(environment, service));
}
