import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type LogLine, PlatformError, type Progress, UsageError } from '@mesh-platform/kubernetes';
import { checkout, keyOf, type RunningTarget, stateFolder, tool, withLock } from '@mesh-platform/targets';
import type { CommandContext } from '../commands/context.ts';
import { sourcesNamed, type WriterSource } from '../logs/log-sources.ts';
import { followSources } from '../logs/read-sources.ts';
import { renderJson, renderLine } from '../logs/render.ts';
import { parseServiceLine, type ServiceLine } from '../logs/service-line.ts';
import { bringUp } from '../services/bring-up.ts';
import { type ServiceVersion, versionName, versionsOf } from '../services/service-versions.ts';
import { platformIn } from '../services/topology.ts';
import { runProgram } from '../testing/run-program.ts';
import { type DevPlan, devConfigFile } from './dev-files.ts';
import { DevSession, type Report } from './dev-session.ts';
import { forwardDebugger } from './forward-debugger.ts';
import { devLock, requireNoDev } from './in-development.ts';
import { skaffoldEnvironment } from './skaffold-environment.ts';
import { SkaffoldProcess } from './skaffold-process.ts';
import { INSPECTOR_PORT } from './supervised.ts';

export interface DevOptions {
  /** An image at each save, instead of files into the running pods. */
  readonly images: boolean;
  /** The service whose programs a debugger reaches. */
  readonly inspect?: string;
}

const AGAIN_MS = 1_000;
const UP_MS = 30 * 60_000;

/** Brings the target up and acts on each save until Ctrl-C; then restores the state of `up`. */
export async function develop({ images, inspect }: DevOptions, context: CommandContext): Promise<void> {
  const { target, progress, options } = context;
  const environment = await target.environment();
  if (environment !== 'local')
    throw new PlatformError(`${target.name} runs the environment '${environment}'`, 'develop on a target that runs `local`');
  const inspected = inspect === undefined ? [] : await inspectable(inspect, { environment, images });
  const before = await target.find();
  if (before) await requireNoDev(before);
  await programs(progress); // their first build takes minutes, which is printed before anything changes
  const running = await target.withLock(progress, () => bringUp(target, progress));
  await requireNoDev(running); // one that began at the same time was first
  const plan = {
    folder: join(stateFolder(), '.skaffold', keyOf(running.kubeconfig, running.name)),
    synced: !images,
    ...(inspect === undefined ? {} : { inspected: inspect }),
  };
  await withLock(devLock(running), { timeout: 0 }, () =>
    session(running, plan, inspected, context).finally(() => rm(plan.folder, { recursive: true, force: true })),
  );
  // Logs are followed for as long as this process is there.
  process.exit(await runProgram(join(checkout, 'platform'), [...options, 'up'], { timeout: UP_MS }));
}

const programs = async (progress: Progress) => ({ skaffold: await tool('skaffold', progress), kubectl: await tool('kubectl', progress) });

/** Until Ctrl-C, or until something ends that must not. */
async function session(
  running: RunningTarget,
  plan: DevPlan,
  inspected: readonly ServiceVersion[],
  { options, progress, json }: CommandContext,
): Promise<void> {
  const print = (line: ServiceLine) => process.stdout.write(json ? renderJson(line) : renderLine(line));
  const as =
    (service: string): Report =>
    (level, message) =>
      print({ service, version: '', pod: '', time: Date.now(), level, message, requestId: undefined, fields: {} });
  const report = as('dev');
  const work = new DevSession(running, plan, options, report);
  await work.begin();
  const { skaffold: program } = await programs(progress);
  const env = { ...(await skaffoldEnvironment(running, progress)), KUBECONFIG: running.kubeconfig };
  const args = ['dev', '--filename', devConfigFile(plan.folder), '--cleanup=false', '--tail=false', '--watch-poll-interval=200'];
  const ended = new AbortController();
  for (const [index, version] of inspected.entries()) {
    const port = INSPECTOR_PORT + index;
    await forwardDebugger(running.cluster, version, port, ended.signal);
    report('info', `the debugger of ${versionName(version)} listens on 127.0.0.1:${port}`);
  }
  const skaffold = new SkaffoldProcess({ program, args, env, cwd: checkout }, (line) => as('skaffold')('info', line));
  void showLines(running, print);
  report('info', 'waiting for a save; Ctrl-C ends');
  try {
    await Promise.race([
      interrupted(ended.signal),
      skaffold.running,
      running.whileItRuns(work.follow(ended.signal).then(() => new Promise(() => {}))),
    ]);
    report('info', 'ended; everything is restored to the state of ./platform up');
  } finally {
    ended.abort();
    await skaffold.end();
  }
}

/** The versions of a service that a debugger can reach; throws UsageError where there is none, or where images are built at each save. */
async function inspectable(
  service: string,
  { environment, images }: { environment: string; images: boolean },
): Promise<readonly ServiceVersion[]> {
  if (images) throw new UsageError('--inspect needs the programs that dev starts itself', 'leave --images out');
  const all = versionsOf((await platformIn({ environment })).environment.mesh);
  const versions = all.filter((version) => version.service === service);
  const known = [...new Set(all.map((version) => version.service))];
  if (versions.length === 0) throw new UsageError(`there is no service '${service}' with code in apps`, `name one of: ${known.join(', ')}`);
  return versions;
}

/** Ctrl-C, the first time; at the second this process ends at once. */
const interrupted = (signal: AbortSignal): Promise<unknown> =>
  Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => once(process, name, { signal }))).catch(() => new Promise(() => {}));

/** Prints the services' lines until this process ends: a pod that is deleted during a read does not end it. */
async function showLines({ cluster }: RunningTarget, print: (line: ServiceLine) => void): Promise<never> {
  const wanted = (sources: readonly WriterSource[]) => sourcesNamed(sources, []).filter(({ kind }) => kind === 'service');
  const onLine = ({ writer }: WriterSource, line: LogLine) => void print(parseServiceLine(line, writer));
  for (let sinceSeconds = 1; ; sinceSeconds = AGAIN_MS / 1_000) {
    await followSources({ cluster, sinceSeconds, wanted, onLine }).catch(() => {});
    await pause(AGAIN_MS);
  }
}
