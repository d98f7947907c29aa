import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, type LogLine, PlatformError, readPodLog } from '@mesh-platform/kubernetes';
import { logSources, type WriterSource } from './log-sources.ts';

/** How often it is looked for pods that are new. */
const LOOK_MS = 2_000;

export interface Reading {
  readonly cluster: Cluster;
  readonly sinceSeconds: number;
  /** Only the last so many lines of each source. */
  readonly tailLines?: number;
  /** Which of the sources are read. */
  readonly wanted: (sources: readonly WriterSource[]) => readonly WriterSource[];
  readonly onLine: (source: WriterSource, line: LogLine) => void;
}

/** Reads every source to its present end, side by side. */
export async function readSources({ cluster, sinceSeconds, tailLines, wanted, onLine }: Reading): Promise<void> {
  const sources = wanted(await logSources(cluster));
  const range = { sinceSeconds, ...(tailLines === undefined ? {} : { tailLines }) };
  await Promise.all(sources.map((source) => readPodLog(cluster, source, range, (line) => onLine(source, line))));
}

/** Reads the lines of every source as they come, also of pods that start later. Ends only by an error, when the cluster ends. */
export async function followSources({ cluster, sinceSeconds, wanted, onLine }: Reading): Promise<never> {
  const open = new Set<string>();
  const lastTimes = new Map<string, string>();
  let failure: unknown;
  const follow = (source: WriterSource, since: number) => {
    const key = `${source.namespace}/${source.pod}/${source.container}`;
    if (open.has(key)) return;
    open.add(key);
    const once = (line: LogLine) => {
      // A container that is read again, since it restarted, begins with lines that were read already.
      if (line.time <= (lastTimes.get(key) ?? '')) return;
      lastTimes.set(key, line.time);
      onLine(source, line);
    };
    readPodLog(cluster, source, { sinceSeconds: since, follow: true }, once)
      .catch((error) => {
        failure ??= error;
      })
      .finally(() => open.delete(key));
  };
  for (let since = sinceSeconds; ; since = 2 * (LOOK_MS / 1_000)) {
    try {
      if (failure) throw failure;
      for (const source of wanted(await logSources(cluster))) follow(source, since);
    } catch (error) {
      if (error instanceof PlatformError) throw error;
      throw new PlatformError('the cluster does not answer any more', 'see how it is: ./platform status', { cause: error });
    }
    await pause(LOOK_MS);
  }
}
