import { milliseconds } from '@mesh-platform/mesh';
import { claim } from '../claim.ts';
import { type LogLine, linesWhen, serviceLines } from '../wire/logs.ts';
import { request } from '../wire/requests.ts';

const DELAY = '10s';
/** How late a proxy may be on a busy machine. */
const LATE_MS = 500;

/** A core that is too slow is cut off by its caller's proxy. */
export const timeouts = claim({
  name: 'timeouts',
  title: 'a slow core is cut off by the timeout',
  does: `one read while core waits ${DELAY} before each answer`,
  needs: ['identity'],
  arrange: async () => ({ path: '/api/documents?limit=1', headers: { 'x-fault': `core=delay:${DELAY}` } }),
  act: async ({ cluster, gatewayUrl, environment, signal }, wanted) => {
    const reply = await request(gatewayUrl, wanted, signal);
    const isOurs = (line: LogLine) => line.request_id === reply.requestId && String(line.cluster).startsWith('outbound|');
    const read = () => serviceLines(cluster, { namespace: environment.mesh.namespace, service: 'web', container: 'istio-proxy' });
    return { reply, line: (await linesWhen(read, (all) => all.some(isOurs), signal)).find(isOurs) };
  },
  evidence: ({ reply, line }, { environment }) => {
    const call = environment.mesh.services.get('web')?.calls.find(({ to }) => to === 'core');
    const perTry = call?.operations.find(({ paths }) => paths.some((path) => path.endsWith('/List')))?.retries.perTry ?? '0s';
    const limit = call?.timeout ?? '0s';
    const [attempts, took] = [Number(line?.attempts), Number(line?.duration_ms)];
    return {
      // Whoever is first ends a try: core, which knows its deadline, or the proxy, which may then try again.
      holds:
        reply.status >= 500 &&
        took >= milliseconds(perTry) &&
        took < Math.min(attempts * milliseconds(perTry), milliseconds(limit)) + LATE_MS,
      lines: [
        `${reply.status} after ${reply.milliseconds} ms; the topology allows the call ${limit}, and each try ${perTry}`,
        line
          ? `web’s proxy ended the call to core after ${took} ms and ${attempts} attempts: ${line.grpc_status || line.details}`
          : 'web’s proxy logged nothing of it',
      ],
    };
  },
});
