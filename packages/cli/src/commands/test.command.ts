import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import { prepareInfraTools } from '@mesh-platform/infra';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import { checkout, EmbeddedTarget, ensureHostPackages, type RunningTarget, testPackages, tool } from '@mesh-platform/targets';
import { buildServices, npmEnvironment } from '../services/build.ts';
import { loadSettings } from '../services/load-settings.ts';
import { elapsed } from '../terminal/progress.ts';
import { UsageError } from '../usage-error.ts';
import { type CommandContext, requireRunning } from './context.ts';
import { down } from './down.command.ts';
import { up } from './up.command.ts';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The tests' own target: nobody's documents are touched. */
const TEST_INSTANCE = 'test';
const SUITE_MS = 30 * 60_000;
const ENDURANCE_MS = 3 * 60 * 60_000;

const suites = { unit, integration, e2e, load, infra, endurance } as const;
/** What runs where none is named; `endurance` is asked for, and e2e takes a sample of it. */
const usual = ['unit', 'integration', 'e2e', 'load', 'infra'] as const;
type SuiteName = keyof typeof suites;
const isSuite = (name: string): name is SuiteName => Object.hasOwn(suites, name);

/** Runs the suites, all but `endurance` where none is named. The last line is `N passed, N failed`; exits 1 where a test failed. */
export async function test(names: readonly string[], context: CommandContext): Promise<void> {
  const unknown = names.filter((name) => !isSuite(name));
  if (unknown.length > 0)
    throw new UsageError(`there is no suite ${unknown.join(', ')}`, `name some of: ${Object.keys(suites).join(', ')}`);
  const wanted = names.length === 0 ? usual : names.filter(isSuite);
  await buildServices(context.progress);
  const outcomes: Outcome[] = [];
  const table: string[] = [];
  const targets = new TestTargets(context);
  try {
    for (const name of wanted) {
      const startedAt = performance.now();
      process.stdout.write(`\n== ${name}\n`);
      const outcome = await suites[name](context, targets).catch(broken);
      outcomes.push(outcome);
      const took = elapsed(performance.now() - startedAt);
      table.push(`${name.padEnd(12)} ${took.padStart(12)}   ${closingLine(outcome)}`);
      process.stdout.write(`== ${name}: ${closingLine(outcome)} in ${took}\n`);
    }
  } finally {
    await targets.down();
  }
  const total = outcomes.reduce(sum, nothing);
  process.stdout.write(`\n${table.join('\n')}\n\n${closingLine(total)}\n`);
  if (total.failed > 0) process.exitCode = 1;
}

/** A suite that could not run to its end counts as a failure, and the others still run. */
function broken(error: unknown): Outcome {
  process.stdout.write(`✗ ${messageOf(error)}\n${error instanceof PlatformError ? `  → ${error.cure}\n` : ''}`);
  return { ...nothing, failed: 1 };
}

const nothing: Outcome = { passed: 0, failed: 0, skipped: 0 };
const sum = (a: Outcome, b: Outcome): Outcome => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});
const closingLine = ({ passed, failed, skipped }: Outcome): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** Style, types and the unit tests. */
async function unit(): Promise<Outcome> {
  const lint = await check('lint', 'biome', ['check', '.']);
  const types = await check('typecheck', 'turbo', ['run', 'typecheck', '--output-logs=errors-only', '--no-color']);
  return [lint, types, await vitest('unit*')].reduce(sum);
}

function integration(): Promise<Outcome> {
  return vitest('integration');
}

/** What infra/ says of AWS, of Istio there and of the pipeline, held to its word without an account. */
async function infra({ progress }: CommandContext): Promise<Outcome> {
  await prepareInfraTools(progress);
  return vitest('infra');
}

function e2e(_context: CommandContext, targets: TestTargets): Promise<Outcome> {
  return vitestOnTarget('e2e', TEST_INSTANCE, targets);
}

function endurance(_context: CommandContext, targets: TestTargets): Promise<Outcome> {
  return vitestOnTarget('endurance', 'endurance', targets);
}

/** The tests of a project against a target of their own. */
function vitestOnTarget(project: 'e2e' | 'endurance', instance: string, targets: TestTargets): Promise<Outcome> {
  return onTarget(project, instance, targets, async (own) => vitest(project, onInstance(instance, await requireRunning(own))));
}

/** What tests are told of the target that they run on. */
const onInstance = (instance: string, { kubeconfig }: RunningTarget): NodeJS.ProcessEnv => ({
  PLATFORM_INSTANCE: instance,
  PLATFORM_KUBECONFIG: kubeconfig,
});

/** The load tests, each of which passes or fails as one; and that they fail where they must. */
function load(_context: CommandContext, targets: TestTargets): Promise<Outcome> {
  return onTarget('load', TEST_INSTANCE, targets, async (own) => {
    const k6 = await tool('k6', own.progress);
    const running = await requireRunning(own);
    const settings = await loadSettings(running);
    const reports = await mkdtemp(join(tmpdir(), 'mesh-platform-load-'));
    process.stdout.write(`the reports: ${reports}\n`);
    let outcome = nothing;
    for (const name of ['shares', 'path', 'retries'])
      outcome = sum(
        outcome,
        await check(`load-tests/${name}.ts`, k6, ['run', '--quiet', `load-tests/${name}.ts`], { ...settings, REPORTS: reports }),
      );
    return sum(outcome, await vitest('load', onInstance(TEST_INSTANCE, running)));
  });
}

/** Runs the suite against a target of the tests, or says why there can be none. */
async function onTarget(
  suite: SuiteName,
  instance: string,
  targets: TestTargets,
  run: (own: CommandContext) => Promise<Outcome>,
): Promise<Outcome> {
  const lacking = (await new EmbeddedTarget(instance).inspect()).filter(({ state }) => state === 'missing');
  if (lacking.length === 0) return run(await targets.up(instance));
  process.stdout.write(
    `${suite} does not run here:\n${lacking.map(({ what, detail, cure }) => `  ${what}: ${detail} → ${cure}\n`).join('')}`,
  );
  return { ...nothing, skipped: 1 };
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
    const own = known ?? { ...this.#context, target: new EmbeddedTarget(instance), json: false, suffix: ` --instance ${instance}` };
    if (!known) {
      await ensureHostPackages(testPackages, this.#context.progress);
      await new EmbeddedTarget(instance).down({ purge: true }, this.#context.progress); // what a run that was ended left behind
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
  const status = await show(program, args, env);
  process.stdout.write(`${status === 0 ? '✓' : '✗'} ${title}\n`);
  return status === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 };
}

async function vitest(projects: SuiteName | 'unit*', env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-test-'));
  const report = join(folder, 'report.json');
  try {
    const status = await show(
      'vitest',
      ['run', '--project', projects, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      env,
    );
    const outcome = counted(JSON.parse(await readFile(report, 'utf8')) as VitestReport);
    // A file that cannot be loaded, or an error outside of every test, fails the run without failing a test.
    return status === 0 || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
  } catch (error) {
    throw new Error(`the ${projects} tests did not run to their end`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

const counted = ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }: VitestReport): Outcome => ({
  passed: numPassedTests,
  failed: numFailedTests,
  skipped: numPendingTests + numTodoTests,
});

/** Runs a program of node_modules, or one that a path names, in the open and gives its exit status. */
function show(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(resolvePath(checkout, 'node_modules/.bin', program), args, {
      cwd: checkout,
      env: { ...npmEnvironment(), ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: args.includes('endurance') ? ENDURANCE_MS : SUITE_MS,
      killSignal: 'SIGKILL',
    });
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
}
