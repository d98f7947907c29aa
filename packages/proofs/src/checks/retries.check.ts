import { check } from '../check.ts';
import { retriedCall } from '../participants/participants.ts';
import { callerOf } from '../participants/route.ts';
import { acceptance } from '../statistics/binomial.ts';
import { isTo, type LogLine, linesWhen, proxyLines, serviceLines } from '../wire/logs.ts';
import { isAnswered, requests, statusesInWords } from '../wire/requests.ts';

const COUNT = 40;
/** Each attempt fails with this probability. */
const PROBABILITY = 0.5;
/** Probability that the check fails for proxies that retry as configured. */
const ALPHA = 1e-6;

/** Fewer than this many are answered once in a million runs, where a proxy retries so often. */
export const answeredAtLeast = (repeats: number): number => acceptance(COUNT, 1 - PROBABILITY ** (repeats + 1), 2 * ALPHA).from;

/** The caller's proxy retries a callee's failures, and the logs list each attempt. */
export const retries = check({
  name: 'retries',
  title: 'a callee that fails is retried, and the logs list each attempt',
  needs: ['identity'],
  participants: retriedCall,
  does: (call) =>
    `${COUNT} reads while each attempt of ${call.to.name} fails with a chance of ${PROBABILITY * 100} %; ${callerOf(call)} retries at most ${timesOf(call.operations.retries.attempts)}`,
  arrange: async ({ path }, { to }) => ({ path, headers: { 'x-fault': `${to.name}=unavailable:${PROBABILITY}` } }),
  act: async ({ cluster, gatewayUrl, environment, signal }, wanted, { from, to }) => {
    const replies = await requests(gatewayUrl, COUNT, wanted, signal);
    const answered = new Set(replies.filter(isAnswered).map(({ requestId }) => requestId));
    const ofAnswered = (line: LogLine) => isTo(environment, to.name, line) && answered.has(String(line.request_id));
    const lines = await linesWhen(
      () => proxyLines(cluster, environment, from),
      (all) => all.filter(ofAnswered).length >= answered.size,
      signal,
    );
    const { namespace } = environment.mesh;
    const faults = (await serviceLines(cluster, { namespace, service: to.name, container: to.name })).filter(({ fault }) => fault);
    return { replies, lines: lines.filter(ofAnswered), faults };
  },
  evidence: ({ replies, lines, faults }, call) => {
    const answered = replies.filter(isAnswered).length;
    const repeated = lines.filter(({ attempts }) => Number(attempts) > 1);
    const [example] = repeated;
    // More than one line where an earlier call of the path was retried too.
    const attempts = lines.filter((line) => line.request_id === example?.request_id).reduce((sum, line) => sum + Number(line.attempts), 0);
    const failed = faults.filter(({ requestId }) => requestId === example?.request_id);
    return {
      passes: answered >= answeredAtLeast(call.operations.retries.attempts) && failed.length > 0 && failed.length === attempts - 1,
      lines: [
        `${answered} of ${replies.length} answered (${statusesInWords(replies)}), ${repeated.length} of them after a retry`,
        ...failed.map(({ requestId, attempt, fault }) => `${call.to.name}: request ${requestId}, attempt ${attempt} struck by ${fault}`),
        ...(example
          ? [`${callerOf(call)}: request ${example.request_id}, ${attempts} attempts, status ${example.status}`]
          : [`${callerOf(call)} logged no retry`]),
      ],
    };
  },
});

const timesOf = (count: number): string => ({ 1: 'once', 2: 'twice' })[count] ?? `${count} times`;
