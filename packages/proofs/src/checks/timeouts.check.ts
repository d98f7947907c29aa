import { randomUUID } from 'node:crypto';
import { milliseconds } from '@mesh-platform/mesh';
import { check } from '../check.ts';
import { limitedCall, tryMs } from '../participants/participants.ts';
import { callerOf } from '../participants/route.ts';
import { isTo, type LogLine, linesWhen, proxyLines } from '../wire/logs.ts';
import { request } from '../wire/requests.ts';

const DELAY_MS = 20_000;
const DELAY = `${DELAY_MS / 1000}s`;
/** The tolerance of a proxy's timeout: later on a busy machine; earlier, since Envoy reads its clock once per event loop. */
const LATE_MS = 500;
const EARLY_MS = 20;

/** A callee that is too slow is cut off by its caller's proxy. */
export const timeouts = check({
  name: 'timeouts',
  title: 'a callee that is too slow is cut off by the timeout',
  needs: ['identity'],
  participants: (platform) => limitedCall(platform, DELAY_MS),
  does: ({ to }) => `one read while ${to.name} waits ${DELAY} before each answer`,
  arrange: async ({ path }, { to }) => ({ path: `${path}?probe=${randomUUID()}`, headers: { 'x-fault': `${to.name}=delay:${DELAY}` } }),
  act: async ({ cluster, gatewayUrl, environment, signal }, wanted, { from, to }) => {
    const reply = await request(gatewayUrl, wanted, signal);
    // An answer of the gateway itself has no request id.
    const isOurs = (line: LogLine) =>
      isTo(environment, to.name, line) && (line.request_id === reply.requestId || line.path === wanted.path);
    const lines = await linesWhen(
      () => proxyLines(cluster, environment, from),
      (all) => all.some(isOurs),
      signal,
    );
    return { reply, line: lines.find(isOurs) };
  },
  evidence: ({ reply, line }, call) => {
    const { timeout } = call.operations;
    const [attempts, took] = [Number(line?.attempts), Number(line?.duration_ms)];
    return {
      // Whoever is first ends a try: a service, which knows its deadline, or the proxy, which may then try again.
      passes:
        reply.status >= 500 &&
        took >= tryMs(call.operations) - EARLY_MS &&
        took < Math.min(attempts * tryMs(call.operations), milliseconds(timeout)) + LATE_MS,
      lines: [
        `${reply.status} after ${reply.milliseconds} ms; the topology allows the call ${timeout}, and each try ${call.operations.retries.perTry ?? timeout}`,
        line
          ? `${callerOf(call)} ended the call to ${call.to.name} after ${took} ms and ${attempts} attempts: ${line.grpc_status || line.details}`
          : `${callerOf(call)} logged nothing of it`,
      ],
    };
  },
});
