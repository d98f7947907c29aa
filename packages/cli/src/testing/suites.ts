import { existsSync, globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareInfraTools } from '@mesh-platform/infra';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import { checkout, EmbeddedTarget, ensureHostPackages, istioVerdict, type RunningTarget, testPackages, tool } from '@mesh-platform/targets';
import { type CommandContext, requireRunning } from '../commands/context.ts';
import { down } from '../commands/down.command.ts';
import { optionsOf } from '../commands/open-context.ts';
import type { SuiteName } from '../commands/test.command.ts';
import { up } from '../commands/up.command.ts';
import { buildServices } from '../services/build.ts';
import { loadSettings } from '../services/load-settings.ts';
import { NAMESPACE } from '../services/topology.ts';
import { marked } from '../terminal/live-lines.ts';
import { elapsed } from '../terminal/progress.ts';
import { type Affected, affectedBy } from './affected.ts';
import { changedSince, workspacesOf } from './changed-paths.ts';
import { runKindSuite } from './kind-suite.ts';
import { closingLine, nothing, type Outcome, sum } from './outcome.ts';
import { retriedTests } from './retried.ts';
import { runProgram } from './run-program.ts';
import { slowest } from './slowest.ts';
import { runVitest } from './vitest-run.ts';
import { runVmSuite } from './vm-suite.ts';

/** The tests' own target: tests touch no documents of yours. */
const TEST_INSTANCE = 'test';
const SUITE_MS = 45 * 60_000;
const ENDURANCE_MS = 3 * 60 * 60_000;

const suites = { unit, integration, fuzz, machine, e2e, load, infra, guide, endurance, scale, kind, vm } as const satisfies Readonly<
  Record<SuiteName, (run: SuiteRun) => Promise<Outcome>>
>;
/** The suites that run without arguments: not `guide`, `scale` and `kind`, a quarter of an hour each, `vm`, and `endurance`, an hour, of which e2e has a sample. */
const usual: readonly SuiteName[] = ['unit', 'integration', 'e2e', 'load'];
/** Those of them that need processors and no cluster, and measure no time that passes: they run aside of e2e, which waits half of its time. */
const usualAside: readonly SuiteName[] = ['fuzz', 'machine', 'infra'];

/** What a suite runs with. */
interface SuiteRun {
  readonly context: CommandContext;
  readonly targets: TestTargets;
  /** Whether no suite was named: what is random takes one seed then, so that the result of a commit does not depend on chance. */
  readonly sampled: boolean;
  /** See ProgramRun. */
  readonly aside?: string;
  /** What the change can affect; undefined where everything runs. */
  readonly affected?: Affected | undefined;
}

interface Result {
  readonly name: SuiteName;
  readonly outcome: Outcome;
  readonly took: string;
}

/**
 * Runs the suites; where none is named all but `guide`, `endurance`, `scale`, `kind` and `vm`; of them what the changes since a branch can affect, where
 * that is named. The last line is `N passed, N failed`; exits 1 where a test failed.
 */
export async function runSuites(names: readonly SuiteName[], context: CommandContext, changed?: string): Promise<void> {
  const affected = changed === undefined ? undefined : await whatChanged(changed);
  await buildServices(context.progress);
  const targets = new TestTargets(context);
  const run = { context, targets, sampled: names.length === 0, affected };
  const results: Result[] = [];
  let aside: Promise<readonly Result[]> | undefined;
  try {
    for (const name of (run.sampled ? usual : names).filter((one) => isAffected(one, run))) {
      process.stdout.write(`\n== ${name}\n`);
      if (run.sampled && name === 'e2e') aside = runAside(run);
      const result = await resultOf(name, run);
      results.push(result);
      process.stdout.write(`== ${inWords(result)}\n`);
    }
    if (run.sampled) results.push(...(await (aside ?? runAside(run))));
  } finally {
    await targets.down();
  }
  const total = results.map(({ outcome }) => outcome).reduce(sum, nothing);
  const table = results.map(({ name, outcome, took }) => `${name.padEnd(12)} ${took.padStart(12)}   ${closingLine(outcome)}\n`);
  process.stdout.write(
    `\nthe slowest tests\n${slowest(total.times)}${retriedTests(total.retried)}\n${table.join('')}\n${closingLine(total)}\n`,
  );
  if (total.failed > 0) process.exitCode = 1;
}

const isAffected = (name: SuiteName, { affected }: Pick<SuiteRun, 'affected'>): boolean => !affected || affected.has(name);

/** What the changes since a branch can affect; prints it. */
async function whatChanged(branch: string): Promise<Affected> {
  const paths = await changedSince(branch);
  const affected = affectedBy(paths, await workspacesOf());
  const lines = [...affected].map(
    ([suite, tests]) => `  ${suite.padEnd(12)} ${tests === 'all' ? tests : tests.join(' ') || 'style, prose, types'}\n`,
  );
  process.stdout.write(
    `${paths.length} files differ from ${branch}; they can affect${lines.length === 0 ? ' nothing' : ''}\n${lines.join('')}`,
  );
  return affected;
}

async function resultOf(name: SuiteName, run: SuiteRun): Promise<Result> {
  const startedAt = performance.now();
  const outcome = await suites[name](run).catch(broken);
  return { name, outcome, took: elapsed(performance.now() - startedAt) };
}

const inWords = ({ name, outcome, took }: Result): string => `${name}: ${closingLine(outcome)} in ${took}`;

/** Runs suites one after the other next to another one, and prints what each printed once it has ended. */
async function runAside(run: SuiteRun): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-aside-'));
  const results: Result[] = [];
  for (const name of usualAside.filter((one) => isAffected(one, run))) {
    const aside = join(folder, name);
    const result = await resultOf(name, { ...run, aside });
    results.push(result);
    const printed = await readFile(aside, 'utf8').catch(() => '');
    process.stdout.write(`\n== ${name}, which ran aside\n${printed}== ${inWords(result)}\n\n`);
  }
  await rm(folder, { recursive: true });
  return results;
}

/** A suite that could not run to its end counts as a failure, and the others still run. */
function broken(error: unknown): Outcome {
  process.stdout.write(`${marked('✗')} ${messageOf(error)}\n${error instanceof PlatformError ? `  → ${error.hint}\n` : ''}`);
  return { ...nothing, failed: 1 };
}

/** Style, prose, types and the unit tests. */
async function unit(own: SuiteRun): Promise<Outcome> {
  const lint = await check('lint', 'biome', ['check', '.']);
  const prose = await check('prose', process.execPath, [join(checkout, 'packages/prose/src/main.ts')]);
  const types = await check('typecheck', 'turbo', ['run', 'typecheck', '--output-logs=errors-only', '--no-color']);
  return [lint, prose, types, await vitest('unit', own)].reduce(sum);
}

/** With Istio's own verdict to compare with, where its program can be built. */
async function integration(own: SuiteRun): Promise<Outcome> {
  const canBuild = platform() === 'linux' && arch() === 'x64';
  return vitest('integration', own, canBuild ? { ISTIO_VERDICT: await istioVerdict(own.context.progress) } : {});
}

/**
 * Seeded hostile inputs for each place that takes what others wrote: where no suite is named a tenth of them, by one seed. FUZZ_RUNS,
 * FUZZ_SEED and FUZZ_PATH are handed on.
 */
function fuzz(own: SuiteRun): Promise<Outcome> {
  return vitest('fuzz', own, own.sampled ? seeds({ FUZZ_RUNS: '2000', FUZZ_SEED: '1' }) : {});
}

/** The values, but where the environment has others. */
const seeds = (values: Readonly<Record<string, string>>): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, process.env[name] ?? value]));

/** What this machine builds, and where it cannot run the platform: without a cluster. */
async function machine(own: SuiteRun): Promise<Outcome> {
  if (!hasTests('machine') || (await cannotRun('machine', TEST_INSTANCE))) return { ...nothing, skipped: 1 };
  await ensureHostPackages(testPackages, own.context.progress);
  return vitest('machine', own);
}

/** Checks what infra/ configures in AWS, of Istio there and of the pipeline, without an account. */
async function infra(own: SuiteRun): Promise<Outcome> {
  await prepareInfraTools(own.context.progress);
  return vitest('infra', own);
}

function e2e(own: SuiteRun): Promise<Outcome> {
  return vitestOnTarget('e2e', TEST_INSTANCE, own, own.sampled ? seeds({ EXPLAIN_SEED: '1', ENDURANCE_SEED: '1' }) : {});
}

/** Follows the tutorial, the fork and the inner loop as a user does. */
function guide(own: SuiteRun): Promise<Outcome> {
  return vitestOnTarget('guide', TEST_INSTANCE, own);
}

function endurance(own: SuiteRun): Promise<Outcome> {
  return vitestOnTarget('endurance', 'endurance', own);
}

/** A thousand services on an API server and an istiod; prints what each command, istiod and a proxy take. */
function scale(own: SuiteRun): Promise<Outcome> {
  return vitestOnTarget('scale', 'scale', own);
}

/** The platform on kind: from the first `up` to the purge. */
function kind({ context: { progress } }: SuiteRun): Promise<Outcome> {
  return runKindSuite(progress);
}

/** The platform on a Debian 13 of its own, with systemd and control groups of version 2. */
function vm({ context: { progress } }: SuiteRun): Promise<Outcome> {
  return runVmSuite(progress);
}

/** The tests of a project against a target of their own. */
async function vitestOnTarget(
  project: 'e2e' | 'guide' | 'endurance' | 'scale',
  instance: string,
  run: SuiteRun,
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  if (!hasTests(project)) return nothing;
  return onTarget(project, instance, run.targets, async (own) =>
    vitest(project, run, { ...env, ...onInstance(instance, await requireRunning(own)) }),
  );
}

/** Whether the project has a test; prints it where there is none, as in a fork without the samples. */
function hasTests(project: SuiteName): boolean {
  const found = globSync(`{mesh,packages/*}/test/**/*.${project}.test.ts`, { cwd: checkout }).length > 0;
  if (!found) process.stdout.write(`– no test of ${project} is here\n`);
  return found;
}

/** The environment variables that give tests their target. */
const onInstance = (instance: string, { kubeconfig }: RunningTarget): NodeJS.ProcessEnv => ({
  PLATFORM_INSTANCE: instance,
  PLATFORM_KUBECONFIG: kubeconfig,
});

/** In their order, with what is shorter than by hand. */
const LOADS = [['weights', {}], ['path', {}], ['retries', {}], ['rollout', { SECONDS: '3', MOST_FAILED: '10' }]] as const; // biome-ignore format: pairs

/** The load tests, each of which passes or fails as one; and that they fail where they must. */
function load(run: SuiteRun): Promise<Outcome> {
  return onTarget('load', TEST_INSTANCE, run.targets, async (own) => {
    const k6 = await tool('k6', own.progress);
    const running = await requireRunning(own);
    const settings = await loadSettings(running);
    const reports = await mkdtemp(join(tmpdir(), 'mesh-platform-load-'));
    process.stdout.write(`the reports: ${reports}\n`);
    let outcome = nothing;
    for (const [name, more] of LOADS) {
      const file = `load-tests/${name}.ts`;
      if (!existsSync(join(checkout, file))) continue;
      outcome = sum(outcome, await check(file, k6, ['run', '--quiet', file], { ...settings, ...more, REPORTS: reports }));
    }
    return hasTests('load') ? sum(outcome, await vitest('load', run, onInstance(TEST_INSTANCE, running))) : outcome;
  });
}

/** Runs the suite against a target of the tests, or reports why no target can run. */
async function onTarget(
  suite: SuiteName,
  instance: string,
  targets: TestTargets,
  run: (own: CommandContext) => Promise<Outcome>,
): Promise<Outcome> {
  return (await cannotRun(suite, instance)) ? { ...nothing, skipped: 1 } : run(await targets.up(instance));
}

/** Whether this machine misses something that the embedded target needs; prints it. */
async function cannotRun(suite: SuiteName, instance: string): Promise<boolean> {
  const missing = (await new EmbeddedTarget(instance, { namespace: NAMESPACE }).inspect()).filter(({ state }) => state === 'missing');
  if (missing.length === 0) return false;
  process.stdout.write(
    `${suite} does not run here:\n${missing.map(({ what, detail, hint }) => `  ${what}: ${detail} → ${hint}\n`).join('')}`,
  );
  return true;
}

/** The targets of one run of the tests: suites share them, and they end with everything they kept when the run does. */
class TestTargets {
  readonly #context: CommandContext;
  readonly #used = new Map<string, CommandContext>();

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** The instance, up as the checkout has it. */
  async up(instance: string): Promise<CommandContext> {
    const known = this.#used.get(instance);
    const target = new EmbeddedTarget(instance, { namespace: NAMESPACE });
    const own = known ?? {
      ...this.#context,
      target,
      json: false,
      suffix: ` --instance ${instance}`,
      options: optionsOf(target, { instance }),
    };
    if (!known) {
      await ensureHostPackages(testPackages, this.#context.progress);
      await new EmbeddedTarget(instance, { namespace: NAMESPACE }).down({ purge: true }, this.#context.progress); // left by an interrupted run
      this.#used.set(instance, own);
    }
    await up(own);
    return own;
  }

  async down(): Promise<void> {
    for (const own of this.#used.values()) await down(own, { purge: true });
  }
}

/** A program that passes or fails as one test. */
async function check(title: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const status = await runProgram(program, args, { env, timeout: SUITE_MS });
  process.stdout.write(`${marked(status === 0 ? '✓' : '✗')} ${title}\n`);
  return status === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 };
}

/** The tests of a suite, or those of them that the change can affect. */
function vitest(suite: SuiteName, { aside, affected }: SuiteRun, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const tests = affected?.get(suite) ?? 'all';
  if (tests !== 'all' && tests.length === 0) return Promise.resolve(nothing);
  const timeout = suite === 'endurance' ? ENDURANCE_MS : SUITE_MS;
  return runVitest({ project: `${suite}*`, env, aside, timeout, ...(tests === 'all' ? {} : { tests }) });
}
