import { claim } from '../claim.ts';
import { type LogLine, linesWhen, serviceLines } from '../wire/logs.ts';
import { isAnswered, requests, statusesInWords } from '../wire/requests.ts';

const COUNT = 40;
/** Each attempt of core fails with this share. */
const SHARE = 0.5;
/** With two retries an eighth fails; fewer than this many are answered once in a million runs. */
const ANSWERED_AT_LEAST = 23;

/** core's failures are repeated by web's proxy, and the logs tell each attempt. */
export const retries = claim({
  name: 'retries',
  title: 'a failing core is asked again, and the logs tell each attempt',
  does: `${COUNT} reads while each attempt of core fails with a chance of ${SHARE * 100} %; web’s proxy repeats up to twice`,
  needs: ['identity'],
  arrange: async () => ({ path: '/api/documents?limit=1', headers: { 'x-fault': `core=unavailable:${SHARE}` } }),
  act: async ({ cluster, gatewayUrl, environment, signal }, wanted) => {
    const replies = await requests(gatewayUrl, COUNT, wanted, signal);
    const answered = new Set(replies.filter(isAnswered).map(({ requestId }) => requestId));
    const { namespace } = environment.mesh;
    const ofAnswered = (line: LogLine) => isOutbound(line) && answered.has(String(line.request_id));
    const read = () => serviceLines(cluster, { namespace, service: 'web', container: 'istio-proxy' });
    const lines = await linesWhen(read, (all) => all.filter(ofAnswered).length >= answered.size, signal);
    const proxies = lines.filter((line) => ofAnswered(line) && Number(line.attempts) > 1);
    const faults = (await serviceLines(cluster, { namespace, service: 'core', container: 'core' })).filter(({ fault }) => fault);
    return { replies, proxies, faults };
  },
  evidence: ({ replies, proxies, faults }) => {
    const answered = replies.filter(isAnswered).length;
    const [example] = proxies;
    const failed = faults.filter(({ requestId }) => requestId === example?.request_id);
    return {
      holds: answered >= ANSWERED_AT_LEAST && failed.length > 0 && failed.length === Number(example?.attempts) - 1,
      lines: [
        `${answered} of ${replies.length} answered (${statusesInWords(replies)}), ${proxies.length} of them after a retry`,
        ...failed.map(({ requestId, attempt, fault }) => `core: request ${requestId}, attempt ${attempt} struck by ${fault}`),
        ...(example ? [`web’s proxy: request ${example.request_id}, ${example.attempts} attempts, status ${example.status}`] : []),
      ],
    };
  },
});

const isOutbound = ({ cluster }: LogLine): boolean => String(cluster).startsWith('outbound|');
