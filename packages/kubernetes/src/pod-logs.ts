import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { createInterface } from 'node:readline';
import type { Cluster } from './cluster.ts';
import { timeLimit } from './time-limits.ts';

/** One container whose output the kubelet keeps. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface LogOptions {
  /** Lines of the last so many seconds; all that the kubelet has where it is not given. */
  readonly sinceSeconds?: number;
  /** Only the last so many lines; all where it is not given. */
  readonly tailLines?: number;
  /** Goes on with what comes, until the container or `signal` ends. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** A line of a container's output, and when the container runtime took it (RFC 3339, nanoseconds). */
export interface LogLine {
  readonly time: string;
  readonly text: string;
}

/** The output of a container in one answer; `query` bounds it. */
export const podLog = (cluster: Cluster, { namespace, pod, container }: LogSource, query: Readonly<Record<string, string>> = {}) =>
  cluster.getText(`/api/v1/namespaces/${namespace}/pods/${pod}/log?${new URLSearchParams({ container, ...query })}`);

/** The last lines of a container, or of the one before its restart; none where the kubelet has none. */
export const lastLines = async (cluster: Cluster, source: LogSource, count: number, { previous }: { previous: boolean }): Promise<string> =>
  (await podLog(cluster, source, { previous: String(previous), tailLines: String(count) }).catch(() => '')).trim();

const CONNECT_MS = 10_000;

/** Gives each line of a container's output to `onLine`, in its order. A container that has not started, or is gone, has none. */
export async function readPodLog(
  { config }: Cluster,
  { namespace, pod, container }: LogSource,
  { sinceSeconds, tailLines, follow = false, signal }: LogOptions,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const query = new URLSearchParams({ container, timestamps: 'true', ...(follow ? { follow: 'true' } : {}) });
  if (sinceSeconds !== undefined) query.set('sinceSeconds', String(Math.max(1, Math.ceil(sinceSeconds))));
  if (tailLines !== undefined) query.set('tailLines', String(tailLines));
  const options: RequestOptions = { ...(signal ? { signal } : {}) };
  await config.applyToHTTPSOptions(options);
  const url = `${config.getCurrentCluster()?.server}/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`;
  const response = await answer(url, options);
  if (response.statusCode !== 200) {
    response.resume();
    if (response.statusCode === 400 || response.statusCode === 404) return;
    throw new Error(`the log of ${namespace}/${pod}, container ${container}: status ${response.statusCode}`);
  }
  const lines = createInterface({ input: response, crlfDelay: Infinity });
  response.on('error', () => {}).once('close', () => lines.close()); // an aborted answer never emits 'end'
  for await (const line of lines) onLine(split(line));
}

function answer(url: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      call.setTimeout(0); // a log that is followed may be quiet for hours
      resolve(response);
    });
    const limit = timeLimit(CONNECT_MS);
    call.setTimeout(limit, () => call.destroy(new Error(`${url} did not answer within ${limit / 1000} s`)));
    call.on('error', reject);
    call.end();
  });
}

function split(line: string): LogLine {
  const space = line.indexOf(' ');
  return { time: line.slice(0, space), text: line.slice(space + 1) };
}
