import { policiesOf, split, type Weights, withWeights } from '@mesh-platform/mesh';
import { type Check, check, type Stage } from '../check.ts';
import { type Versions, versionsOnTheRoute } from '../participants/participants.ts';
import { acceptance } from '../statistics/binomial.ts';
import { versionIn } from '../wire/hops.ts';
import { requests, statusesInWords } from '../wire/requests.ts';
import { keepRoutes } from './keep-routes.ts';

/** Distinguishes a weight of 20 % from one that is 6 points away; weights of 0 and 100 % allow no exception. */
const COUNT = 600;
const COUNT_OF_ALL = 200;
/** Probability that the check fails for a right weight. */
const ALPHA = 0.001;

/** A service's first two versions answer by the weights that were set; any other version gets nothing. */
export const weights = ([one, other]: readonly [number, number]): Check => {
  const count = one === 0 || other === 0 ? COUNT_OF_ALL : COUNT;
  return check({
    name: `weights-${one}-${other}`,
    title: `one version gets ${one} % of the requests, the other ${other} %`,
    participants: versionsOnTheRoute,
    does: ({ service, versions: [first, second] }) =>
      `the running mesh gets the weights ${service.name} ${first} ${one} % and ${second} ${other} %; ${count} requests count the answers of each`,
    arrange: async (stage, participants) => {
      await keepRoutes(stage);
      return splitTo(stage, participants, [one, other]);
    },
    act: async ({ gatewayUrl, path, signal }, { milliseconds, proxies }) => {
      const replies = await requests(gatewayUrl, count, { path }, signal);
      return { replies, milliseconds, proxies };
    },
    evidence: ({ replies, milliseconds, proxies }, { service, versions: [first, second] }) => {
      const answered = Map.groupBy(replies, (reply) => versionIn(reply, service.name));
      const [ofFirst, ofSecond] = [first, second].map((version) => answered.get(version)?.length ?? 0) as [number, number];
      const { from, to } = acceptance(count, other / 100, ALPHA);
      return {
        // Only the answering version counts: a timeout of another service, reported by the first one, is an answer too.
        passes: ofFirst + ofSecond === count && ofSecond >= from && ofSecond <= to,
        lines: [
          `${proxies.length === 1 ? 'the proxy' : `${proxies.length} proxies`} had the weights after ${milliseconds} ms`,
          `${statusesInWords(replies)}: ${ofFirst} by ${first}, ${ofSecond} by ${second} (${from} to ${to} is what ${other} % explains)`,
        ],
      };
    },
  });
};

const splitTo = ({ cluster, environment, signal }: Stage, { service, versions }: Versions, percents: readonly [number, number]) => {
  const { mesh } = environment;
  const wanted: Weights = new Map(service.versions.map((version) => [version, percents[versions.indexOf(version)] ?? 0]));
  const render = (other: Weights) => policiesOf({ ...environment, mesh: withWeights(mesh, service.name, other) });
  return split(cluster, { topology: mesh.name, namespace: mesh.namespace, service: service.name, render }, wanted, { signal });
};
