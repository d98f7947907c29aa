import { isDeepStrictEqual } from 'node:util';
import { named } from '../../../model/fields.ts';
import { looksLikeGateway } from '../../../model/proxies.ts';
import { identityOf, type MeshObject, originOf } from '../../../object.ts';
import { apiVersionOfKind } from '../../schema/object.ts';
import { Vocabulary } from '../misspelt.ts';
import { type Findings, rule } from '../rule.ts';

const placeOf = (object: MeshObject): string => {
  const origin = originOf(object);
  return origin ? ` at ${origin.file}:${origin.line}` : '';
};

export const oneObject = rule({
  code: 'MESH408',
  title: 'an object is there once',
  otherwise: 'kubectl applies one after the other, and the last one wins',
  hint: 'remove one of them, or give it another name',
  find: ({ objects }) => {
    const first = new Map<string, MeshObject>();
    return objects.flatMap((object): Findings => {
      if (!object.metadata?.name) return []; // the server names it
      const key = identityOf(object);
      const other = first.get(key);
      if (!other) first.set(key, object);
      if (!other || isDeepStrictEqual(other, object)) return [];
      return { at: named(object), path: '', message: `the same object${placeOf(other)} has other content` };
    });
  },
});

/** What took the place of the kinds that Istio 1.6 removed; of any other kind, what took the place of its group. */
const REMOVED_GROUPS: ReadonlyMap<string, string> = new Map([
  ['authentication.istio.io', 'PeerAuthentication and RequestAuthentication of security.istio.io/v1'],
  ['rbac.istio.io', 'AuthorizationPolicy of security.istio.io/v1'],
  ['config.istio.io', 'the kinds of networking.istio.io/v1 and telemetry.istio.io/v1'],
]);
const REMOVED_KINDS: ReadonlyMap<string, string> = new Map([
  ['RouteRule', 'VirtualService of networking.istio.io/v1'],
  ['EgressRule', 'ServiceEntry of networking.istio.io/v1'],
  ['DestinationPolicy', 'DestinationRule of networking.istio.io/v1'],
]);
const GROUPS = ['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io', 'gateway.networking.k8s.io'];
const VOCABULARY = new Vocabulary(GROUPS);

function wrongGroup({ apiVersion = '', kind = '' }: MeshObject): { readonly message: string; readonly hint: string } | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const successor = REMOVED_GROUPS.get(group);
  if (successor) return { message: `Istio has no API group ${group} any more`, hint: `write ${REMOVED_KINDS.get(kind) ?? successor}` };
  if (GROUPS.includes(group)) return undefined;
  const ofKind = apiVersionOfKind(kind);
  // other projects have kinds of these names too, in groups of their own
  const meant = VOCABULARY.meantBy(group) ?? (group === '' || /istio/.test(group) ? ofKind : undefined);
  return meant ? { message: `no API '${apiVersion}' has ${kind}`, hint: `write apiVersion: ${ofKind ?? `${meant}/v1`}` } : undefined;
}

export const apiGroups = rule({
  code: 'MESH409',
  title: 'the API group of an object is one that there is',
  otherwise: 'the API server rejects the object',
  hint: 'write the apiVersion of the kind',
  find: ({ objects }) =>
    objects.flatMap((object): Findings => {
      const wrong = wrongGroup(object);
      return wrong ? { at: named(object), path: 'apiVersion', ...wrong } : [];
    }),
});

/** The user that Istio's proxy runs as. https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements */
const PROXY_USER = 1337;

export const proxyUser = rule({
  code: 'MESH410',
  title: 'no container runs as the user of the proxy',
  otherwise: 'its connections bypass the proxy, without mutual TLS and policies',
  hint: `write another runAsUser than ${PROXY_USER}`,
  severity: 'warning',
  find: ({ workloads }) =>
    workloads
      .filter((pod) => !looksLikeGateway(pod))
      .flatMap((at) =>
        at.users
          .filter(({ id }) => id === PROXY_USER)
          .slice(0, 1)
          .map(({ path }) => ({ at, path, message: `it runs as user ${PROXY_USER}, whose connections the proxy does not see` })),
      ),
});
