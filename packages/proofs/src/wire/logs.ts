import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, GATEWAY, type LogSource, type Pod, PROXY, podLog } from '@mesh-platform/kubernetes';
import type { Environment } from '@mesh-platform/mesh';
import { THE_GATEWAY } from '../participants/route.ts';
import { hostOf } from './pods.ts';

/** A line of JSON, as the services and the proxies log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The lines of one container's log; what is no JSON object is left out. */
export const logLines = async (
  cluster: Cluster,
  of: LogSource,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly LogLine[]> => (await podLog(cluster, of, query)).split('\n').flatMap(parsed);

function parsed(line: string): LogLine[] {
  if (!line.startsWith('{')) return [];
  try {
    return [JSON.parse(line) as LogLine];
  } catch {
    return [];
  }
}

interface ServiceLog {
  readonly namespace: string;
  readonly service: string;
  readonly container: string;
}

const SINCE = { sinceSeconds: '60' } as const;

/** The latest lines of each pod of a service. */
export async function serviceLines(cluster: Cluster, { namespace, service, container }: ServiceLog): Promise<readonly LogLine[]> {
  const pods = await cluster.list<Pod>('v1', 'Pod', namespace, `app=${service}`);
  const of = (pod: string) => logLines(cluster, { namespace, pod, container }, SINCE);
  return (await Promise.all(pods.map(({ metadata }) => of(metadata?.name ?? '')))).flat();
}

/** The latest lines of the proxies of a service, or of the gateway. */
export const proxyLines = (cluster: Cluster, { mesh }: Environment, of: string): Promise<readonly LogLine[]> => {
  const { namespace, name } = of === THE_GATEWAY ? GATEWAY : { namespace: mesh.namespace, name: of };
  return serviceLines(cluster, { namespace, service: name, container: PROXY });
};

/** Whether a proxy's line is of a request that it sent to a service: `outbound|9090|v1|core.platform.svc.cluster.local;`. */
export function isTo(environment: Environment, service: string, { cluster }: LogLine): boolean {
  const [direction, , , host] = String(cluster).replace(/;$/, '').split('|');
  return direction === 'outbound' && host === hostOf(environment, service);
}

const BETWEEN_MS = 300;

/** Reads until `enough` of the lines; a proxy writes its log once a second. Gives what there is when `milliseconds` are over. */
export async function linesWhen(
  read: () => Promise<readonly LogLine[]>,
  enough: (lines: readonly LogLine[]) => boolean,
  signal: AbortSignal,
  milliseconds = 8_000,
): Promise<readonly LogLine[]> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const lines = await read();
    if (enough(lines) || performance.now() > end) return lines;
    await pause(BETWEEN_MS, undefined, { signal });
  }
}
