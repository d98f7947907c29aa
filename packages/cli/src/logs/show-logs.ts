import { type CommandContext, requireRunning } from '../commands/context.ts';
import { parseAccessEntry } from './access-entry.ts';
import { FailureCollector } from './failure-collector.ts';
import type { Failure } from './failures.ts';
import { logSources, requireKnown, sourcesNamed } from './log-sources.ts';
import { followSources, type Reading, readSources } from './read-sources.ts';
import { renderFailure, renderJson, renderLine } from './render.ts';
import { parseServiceLine, type ServiceLine } from './service-line.ts';

export interface LogsOptions {
  readonly failures: boolean;
  readonly follow: boolean;
  readonly sinceSeconds: number;
}

const LOOK_MS = 500;

/** The services' lines side by side, or the failed and retried requests, explained. With `--json` an object on each line. */
export async function showLogs(services: readonly string[], options: LogsOptions, context: CommandContext): Promise<void> {
  const { cluster } = await requireRunning(context);
  requireKnown(await logSources(cluster), services);
  process.stdout.on('error', () => process.exit(0)); // `| head` has read enough
  const print = (value: ServiceLine | Failure, text: string) => process.stdout.write(context.json ? renderJson(value) : text);
  const reading = { cluster, sinceSeconds: options.sinceSeconds };
  if (options.failures) await showFailures(reading, options.follow, services, (failure) => print(failure, renderFailure(failure)));
  else await showLines(reading, options.follow, services, (line) => print(line, renderLine(line)));
}

type Base = Pick<Reading, 'cluster' | 'sinceSeconds'>;

async function showLines(base: Base, follow: boolean, services: readonly string[], show: (line: ServiceLine) => void): Promise<void> {
  const found: ServiceLine[] = [];
  const take = follow ? show : (line: ServiceLine) => void found.push(line);
  const reading: Reading = {
    ...base,
    wanted: (sources) => sourcesNamed(sources, services).filter(({ kind }) => kind === 'service'),
    onLine: ({ writer }, line) => take(parseServiceLine(line, writer)),
  };
  await (follow ? followSources(reading) : readSources(reading));
  for (const line of found.toSorted((a, b) => a.time - b.time)) show(line);
}

/** Reads every log, also where services are named: their callers log their failures too. */
async function showFailures(base: Base, follow: boolean, services: readonly string[], show: (failure: Failure) => void): Promise<void> {
  const collector = new FailureCollector();
  const named = new Set(services);
  const concerns = ({ hops }: Failure) =>
    named.size === 0 || hops.some(({ service, callee = '' }) => named.has(service) || named.has(callee));
  const flush = (now: number) => collector.take(now).filter(concerns).forEach(show);
  const reading: Reading = {
    ...base,
    wanted: (sources) => sources,
    onLine: ({ kind, writer }, line) => {
      const now = performance.now();
      if (kind === 'service') return collector.addLine(parseServiceLine(line, writer), now);
      const entry = parseAccessEntry(line.text, writer);
      if (entry) collector.addEntry(entry, now);
    },
  };
  if (!follow) {
    await readSources(reading);
    return flush(Number.POSITIVE_INFINITY);
  }
  const timer = setInterval(() => flush(performance.now()), LOOK_MS);
  await followSources(reading).finally(() => clearInterval(timer));
}
