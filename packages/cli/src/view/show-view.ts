import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@mesh-platform/kubernetes';
import { allChecks, type LoadedEnvironment, runChecks } from '@mesh-platform/mesh';
import type { RunningTarget } from '@mesh-platform/targets';
import { Collector, openView, type Verification } from '@mesh-platform/view';
import { type CommandContext, requireRunning } from '../commands/context.ts';
import { policyDrift, splitInWords } from '../services/policy-drift.ts';
import { platformIn } from '../services/topology.ts';
import { failedRequests } from './failed-requests.ts';
import { viewActions } from './view-actions.ts';

export interface ViewOptions {
  readonly readOnly: boolean;
  readonly port?: string;
  readonly open: boolean;
}

/** Serves the page until it is interrupted; with `--json` prints each snapshot instead, one on a line. */
export async function showView(context: CommandContext, { readOnly, port = '0', open }: ViewOptions): Promise<void> {
  const number = /^\d{1,5}$/.test(port) && Number(port) < 65_536 ? Number(port) : Number.NaN;
  if (Number.isNaN(number)) throw new UsageError(`invalid --port ${port}: expected 0 to 65535`, 'leave it out for a free port');
  const target = await requireRunning(context);
  const platform = await platformIn(target);
  const { mesh } = platform.environment;
  const collector = new Collector({
    ...{ cluster: target.cluster, mesh, target: context.target.name, url: target.wayIn.url },
    failures: (seconds) => failedRequests(target.cluster, seconds),
    verify: () => verification(target, platform),
  });
  collector.start();
  const interrupted = untilInterrupted();
  if (context.json) {
    process.stdout.on('error', () => process.exit(0)); // `| head` has read enough
    collector.listen((snapshot) => process.stdout.write(`${JSON.stringify(snapshot)}\n`));
    await interrupted;
  } else {
    const actions = viewActions(target, platform, context.options, collector);
    const listen = collector.listen.bind(collector);
    const view = await openView({ listen, actions, settings: { readOnly, suffix: context.suffix }, port: number });
    process.stdout.write(
      `the mesh view, until Ctrl-C: ${view.url}\nthe address opens the page once${readOnly ? '; it changes nothing' : ''}\n`,
    );
    const remove = open ? await openBrowser(view.url) : async () => {};
    await interrupted;
    await Promise.all([view.close(), remove()]);
  }
  collector.stop();
}

async function verification(target: RunningTarget, platform: LoadedEnvironment): Promise<Omit<Verification, 'at' | 'error'>> {
  const findings = runChecks({ objects: platform.rendered.objects, mesh: platform.environment.mesh }, allChecks);
  const { changed, splits } = await policyDrift(target, platform);
  return {
    drift: changed,
    splits: splits.map(splitInWords),
    findings: findings.map(({ code, severity, object, message, hint }) => ({ code, severity, object, message, hint })),
  };
}

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });

/** Opens the address in the user's browser. It stands in a file of the user's own, since every user of the machine sees a process's arguments. */
async function openBrowser(url: string): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-view-'));
  const file = join(folder, 'view.html');
  await writeFile(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${url}">`, { mode: 0o600 });
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(opener, [file], { stdio: 'ignore', detached: true });
  child.once('error', () =>
    process.stderr.write(`no browser was opened: ${opener} is not installed\n  → open the address above yourself\n`),
  );
  child.unref();
  return () => rm(folder, { recursive: true, force: true });
}
