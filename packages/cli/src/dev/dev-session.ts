import { join } from 'node:path';
import { messageOf, PlatformError, silent } from '@mesh-platform/kubernetes';
import { checkout, type RunningTarget, run } from '@mesh-platform/targets';
import { buildServices } from '../services/build.ts';
import { type ServiceVersion, versionName } from '../services/service-versions.ts';
import { elapsed } from '../terminal/progress.ts';
import { CodeSync, type Synced } from './code-sync.ts';
import type { DevPlan } from './dev-files.ts';
import { readTopology } from './read-topology.ts';
import { watchFolder } from './watch.ts';

/** Prints an event of a session. */
export type Report = (level: 'info' | 'warn' | 'error', message: string) => void;

const APPLY_MS = 120_000;
const TOPOLOGY = /^(platform\.mesh\.ts$|environments\/|apps\/[^/]+\/deploy\/)/;
const SOURCE = /^(apps|packages)\/[^/]+\/(src\/|[^/]+\.(ts|json)$)/;
const TEST = /\.test\.ts$/;

/** The message of an error; its stack is among the service's own lines. */
const inShort = (cause: string): string =>
  [cause.split(':')[0], cause.split('\n').find((line) => /^\w*Error\b/.test(line))].filter(Boolean).join(': ');

/** Acts on each save: sources are compiled and put into the pods, the topology is checked and its policies are applied. */
export class DevSession {
  readonly #target: RunningTarget;
  readonly #plan: DevPlan;
  readonly #options: readonly string[];
  readonly #report: Report;
  readonly #sync: CodeSync;
  #versions: readonly ServiceVersion[] = [];
  #savedAt = performance.now();
  #compiles = true;
  readonly #turns = { topology: new Turn(), sources: new Turn(), pods: new Turn() };

  /** `options` name the target. */
  constructor(target: RunningTarget, plan: DevPlan, options: readonly string[], report: Report) {
    this.#target = target;
    this.#plan = plan;
    this.#options = options;
    this.#report = report;
    this.#sync = new CodeSync(target.cluster, (synced) => this.#reportSynced(synced), plan.inspected);
  }

  /** Reads the topology and takes the code as it was compiled last. Throws where either is not good. */
  async begin(): Promise<void> {
    const { findings, versions } = await readTopology({ environment: this.#target.environment, written: this.#plan });
    if (!versions) throw new PlatformError(`the topology has errors:\n${findings.trimEnd()}`, 'fix it and run the command again');
    this.#versions = versions;
    if (this.#plan.synced) await this.#sync.take(versions);
  }

  /** Acts on each save until `signal`. */
  async follow(signal: AbortSignal): Promise<void> {
    await watchFolder(checkout, signal, (paths) => this.#onSave(paths));
    if (this.#plan.synced) await this.#sync.follow(signal, () => this.#inTurn('pods', () => this.#sync.send()));
  }

  #onSave(paths: ReadonlySet<string>): void {
    const saved = [...paths].map((path) => path.slice(checkout.length).replace(/^\//, ''));
    const savedAt = performance.now();
    if (saved.some((path) => TOPOLOGY.test(path))) this.#inTurn('topology', () => this.#onTopology());
    if (this.#plan.synced && saved.some((path) => SOURCE.test(path) && !TEST.test(path)))
      this.#inTurn('sources', () => this.#onSource(savedAt));
  }

  /** Reports a failure; the next turn goes on. */
  #inTurn(kind: 'topology' | 'sources' | 'pods', work: () => Promise<void>): void {
    this.#turns[kind].take(() => work().catch((error) => this.#report('error', messageOf(error))));
  }

  async #onSource(savedAt: number): Promise<void> {
    this.#savedAt = savedAt;
    await this.#compile();
    await this.#sync.take(this.#versions);
    await this.#sync.send();
  }

  async #compile(): Promise<void> {
    const failedBefore = !this.#compiles;
    this.#compiles = false;
    await buildServices(silent);
    this.#compiles = true;
    if (failedBefore) this.#report('info', 'the services compile again');
  }

  /** Applies the policies before skaffold receives the services that they are for. */
  async #onTopology(): Promise<void> {
    const { environment } = this.#target;
    const { findings, versions } = await readTopology({ environment });
    this.#report(
      versions ? 'info' : 'error',
      `mesh check: ${findings.trimEnd()}${versions ? '' : '\nthe previous policies stay in force'}`,
    );
    if (!versions) return;
    const applied = await run(join(checkout, 'platform'), [...this.#options, 'mesh', 'apply', '--policies', '--yes'], {
      timeout: APPLY_MS,
    });
    this.#report('info', `mesh apply: ${applied.trim().split('\n').at(-1)}`);
    this.#versions = (await readTopology({ environment, written: this.#plan })).versions ?? this.#versions;
  }

  #reportSynced({ version, outcome, cause }: Synced): void {
    const name = versionName(version);
    if (outcome === 'ready')
      this.#report('info', `${name} runs the new code, ${elapsed(performance.now() - this.#savedAt)} after the save`);
    if (outcome === 'not sent') this.#report('error', `${name} did not receive the new code: ${cause}; the next save tries again`);
    if (outcome === 'unchanged') this.#report('info', `${name} runs the code of the sources`);
    if (outcome === 'put back')
      this.#report('error', `${name} cannot run the new code: it ${cause && inShort(cause)}; the previous code serves again`);
  }
}

/** One piece of work after the other; of those that come while another waits, none more: what waits sees what they would have seen. */
export class Turn {
  #end: Promise<void> = Promise.resolve();
  #waits = false;

  take(work: () => Promise<void>): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#end = this.#end.then(() => {
      this.#waits = false;
      return work();
    });
  }
}
