import { PlatformError } from '@mesh-platform/kubernetes';
import { keepsWeights, type RolloutRequest, type RolloutState, recordedRollouts, rolloutService, runRollout } from '@mesh-platform/mesh';
import { check, type Stage } from '../check.ts';
import { type Versions, versionsOnTheRoute } from '../participants/participants.ts';
import { type Reply, request, statusesInWords } from '../wire/requests.ts';
import { underLoad } from '../wire/steady-load.ts';
import { keepRoutes } from './keep-routes.ts';

/** More at once than may wait for an answer: a machine that stalls must not end the load. */
const LOAD = { perSecond: 40, atMost: 1_200 } as const;
/** Of the requests to the canary, which fail: so many that the evidence comes fast. */
const FAILURES = 0.5;
/** A tour is short: half of the traffic, and 5 % of bad requests, are what this operator accepts. In simulations half of the good ones end in 26 s, and 9 of 10 in 47 s. */
const STEPS = [50] as const;
const LIMITS = { maxRatio: 1.25, floor: 0.05 } as const;
/** Five times what 9 of 10 need: one that is decided by chance does not end undecided. */
const WITHIN_MS = 240_000;

/** A canary that fails is rolled back by what its callers counted, and one that does not is promoted. */
export const rollout = check({
  name: 'rollout',
  title: 'a canary that fails is rolled back by evidence, and a good one is promoted',
  participants: versionsOnTheRoute,
  does: ({ service, versions: [, canary] }) =>
    `${service.name} ${canary} is rolled out at ${LOAD.perSecond} requests a second: while ${FAILURES * 100} % of its requests fail, and without a fault`,
  arrange: async (stage, participants) => {
    await refuseWhereOpen(stage, participants);
    await keepRoutes(stage);
    // An interrupted one stays open.
    stage.cleanup(() => rolledOut({ ...stage, signal: new AbortController().signal }, participants, 'abort').then(noop, noop));
  },
  act: async (stage, _arranged, participants) => {
    const { service, versions } = participants;
    const bad = await underRollout(stage, participants, { 'x-fault': `${service.name}/${versions[1]}=unavailable:${FAILURES}` });
    return { bad, good: await underRollout(stage, participants, {}) };
  },
  evidence: ({ bad, good }, participants) => {
    const [, canary] = participants.versions;
    return {
      passes:
        bad.end?.phase === 'rolled back' &&
        bad.end.weights[canary] === 0 &&
        good.end?.phase === 'promoted' &&
        good.end.weights[canary] === 100,
      lines: [...linesOf(bad, participants), ...linesOf(good, participants)],
    };
  },
});

interface Seen {
  readonly end: RolloutState | undefined;
  readonly seconds: number;
  readonly replies: readonly Reply[];
}

async function underRollout(stage: Stage, participants: Versions, headers: Readonly<Record<string, string>>): Promise<Seen> {
  let end: RolloutState | undefined;
  const startedAt = performance.now();
  const replies = await underLoad(
    LOAD,
    () => request(stage.gatewayUrl, { path: stage.path, headers }, stage.signal),
    async () => {
      end = await rolledOut(stage, participants, 'start');
    },
  );
  return { end, seconds: Math.round((performance.now() - startedAt) / 1_000), replies };
}

function linesOf({ end, seconds, replies }: Seen, { service, versions: [, canary] }: Versions): readonly string[] {
  const { canary: of, baseline: against } = end?.evidences.failures ?? {};
  return [
    `${service.name} ${canary} ${end?.phase} after ${seconds} s: ${end?.reason}`,
    `counted: ${of?.bad} of ${of?.requests} failed, of the baseline ${against?.bad} of ${against?.requests}; all: ${statusesInWords(replies)}`,
  ];
}

const noop = (): void => {};

function rolledOut(stage: Stage, { service, versions }: Versions, mode: RolloutRequest['mode']): Promise<RolloutState> {
  const { cluster, environment, signal } = stage;
  const request = { canary: versions[1], steps: STEPS, limits: LIMITS, within: WITHIN_MS, mode };
  return runRollout(cluster, rolloutService(environment, service.name), request, { signal, report: () => {} });
}

/** The check must not supersede a rollout of yours. */
async function refuseWhereOpen({ cluster, environment }: Stage, { service }: Versions): Promise<void> {
  const recorded = await recordedRollouts(cluster, environment.mesh.namespace);
  const open = recorded.find(({ state }) => state.service === service.name && keepsWeights(state));
  if (open)
    throw new PlatformError(
      `a rollout of ${service.name} ${open.state.canary} is open`,
      'wait for its end, or end it: mesh rollout … --abort; then run the tour again',
    );
}
