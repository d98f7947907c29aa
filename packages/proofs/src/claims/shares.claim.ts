import type { KubernetesObject, LiveObject } from '@mesh-platform/kubernetes';
import { FIELD_MANAGER, policiesOf, type Shares, split, withShares } from '@mesh-platform/mesh';
import { type Claim, claim, type Stage } from '../claim.ts';
import { acceptance } from '../statistics/binomial.ts';
import { requests, statusesInWords } from '../wire/requests.ts';

const SERVICE = 'preview';
/** A share of 20 % is told from one that is 6 points away; a share of nothing, or of everything, bears no exception. */
const COUNT = 600;
const COUNT_OF_ALL = 200;
/** How often a right share is called wrong. */
const ALPHA = 0.001;

/** The shares of preview's two versions are those that were ordered, counted at who answers. */
export const shares = ([v1, v2]: readonly [number, number]): Claim => {
  const count = v1 === 0 || v2 === 0 ? COUNT_OF_ALL : COUNT;
  return claim({
    name: `shares-${v1}-${v2}`,
    title: `v1 gets ${v1} % of the requests, v2 ${v2} %`,
    does: `the running mesh is told the shares; ${count} requests tell who answered`,
    arrange: async (stage) => {
      await keepRoutes(stage);
      return splitTo(stage, new Map([['v1', v1], ['v2', v2]])); // biome-ignore format: pairs
    },
    act: async ({ gatewayUrl, signal }, { milliseconds, proxies }) => {
      const replies = await requests(gatewayUrl, count, { path: '/', method: 'HEAD' }, signal);
      return { replies, milliseconds, proxies };
    },
    evidence: ({ replies, milliseconds, proxies }) => {
      const second = replies.filter(({ servedBy }) => servedBy === `${SERVICE}/v2`).length;
      const first = replies.filter(({ servedBy }) => servedBy === `${SERVICE}/v1`).length;
      const { from, to } = acceptance(count, v2 / 100, ALPHA);
      return {
        // Who answered is what counts: an answer of preview's own that core was late is one.
        holds: first + second === count && second >= from && second <= to,
        lines: [
          `${proxies.length === 1 ? 'the proxy' : `${proxies.length} proxies`} had the shares after ${milliseconds} ms`,
          `${statusesInWords(replies)}: ${first} by v1, ${second} by v2 (${from} to ${to} is what ${v2} % explains)`,
        ],
      };
    },
  });
};

const splitTo = ({ cluster, environment, signal }: Stage, wanted: Shares) => {
  const { mesh } = environment;
  const render = (other: Shares) => policiesOf({ ...environment, mesh: withShares(mesh, SERVICE, other) });
  return split(cluster, { topology: mesh.name, namespace: mesh.namespace, service: SERVICE, render }, wanted, signal);
};

/** The routes as they are, which need not be those of the file, come back. */
async function keepRoutes({ cluster, environment, cleanup }: Stage): Promise<void> {
  const routes = await cluster.list<LiveObject>('networking.istio.io/v1', 'VirtualService', environment.mesh.namespace);
  cleanup(() => cluster.apply(routes.filter(isOwned).map(asDeclared), FIELD_MANAGER));
}

const isOwned = ({ metadata }: LiveObject): boolean =>
  (metadata as { managedFields?: readonly { manager?: string }[] } | undefined)?.managedFields?.some(
    ({ manager }) => manager === FIELD_MANAGER,
  ) ?? false;

const asDeclared = ({ apiVersion, kind, metadata, spec }: LiveObject): KubernetesObject => {
  const { name = '', namespace = '', labels = {}, annotations = {} } = metadata ?? {};
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec } as KubernetesObject;
};
