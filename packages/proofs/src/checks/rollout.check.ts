import { PlatformError } from '@mesh-platform/kubernetes';
import { keepsWeights, type RolloutRequest, type RolloutState, recordedRollouts, rolloutService, runRollout } from '@mesh-platform/mesh';
import { check, type Stage } from '../check.ts';
import { type Versions, versionsOnTheRoute } from '../participants/participants.ts';
import { request, statusesInWords } from '../wire/requests.ts';
import { underLoad } from '../wire/steady-load.ts';
import { keepRoutes } from './keep-routes.ts';

/** More at once than may wait for an answer: a machine that stalls must not end the load. */
const LOAD = { perSecond: 40, atMost: 1_200 } as const;
/** Of the requests to the canary, which fail: so many that the evidence comes fast. */
const FAILURES = 0.5;
const WITHIN_MS = 60_000;

/** A canary that fails is rolled back by what its callers counted. */
export const rollout = check({
  name: 'rollout',
  title: 'a canary that fails is rolled back by evidence',
  participants: versionsOnTheRoute,
  does: ({ service, versions: [, canary] }) =>
    `${service.name} ${canary} is rolled out while ${FAILURES * 100} % of its requests fail; ${LOAD.perSecond} requests a second`,
  arrange: async (stage, participants) => {
    await refuseWhereOpen(stage, participants);
    await keepRoutes(stage);
    // An interrupted one stays open.
    stage.cleanup(() => rolledOut({ ...stage, signal: new AbortController().signal }, participants, 'abort').then(noop, noop));
  },
  act: async (stage, _arranged, participants) => {
    const { service, versions } = participants;
    const headers = { 'x-fault': `${service.name}/${versions[1]}=unavailable:${FAILURES}` };
    let end: RolloutState | undefined;
    const replies = await underLoad(
      LOAD,
      () => request(stage.gatewayUrl, { path: stage.path, headers }, stage.signal),
      async () => {
        end = await rolledOut(stage, participants, 'start');
      },
    );
    return { end, replies };
  },
  evidence: ({ end, replies }, { service, versions: [, canary] }) => {
    const { canary: of, baseline: against } = end?.evidences.failures ?? {};
    return {
      passes: end?.phase === 'rolled back' && end.weights[canary] === 0,
      lines: [
        `${service.name} ${canary} ${end?.phase}: ${end?.reason}`,
        `counted: ${of?.bad} of ${of?.requests} failed, of the baseline ${against?.bad} of ${against?.requests}`,
        `${replies.length} requests: ${statusesInWords(replies)}`,
      ],
    };
  },
});

const noop = (): void => {};

function rolledOut(stage: Stage, { service, versions }: Versions, mode: RolloutRequest['mode']): Promise<RolloutState> {
  const { cluster, environment, signal } = stage;
  const request = { canary: versions[1], steps: [50], limits: { maxRatio: 1.25, floor: 0.01 }, within: WITHIN_MS, mode };
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
