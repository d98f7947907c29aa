import { UsageError } from '@mesh-platform/kubernetes/platform-error';
import { example } from '@mesh-platform/mesh/commands';
import type { Outcome } from '@mesh-platform/proofs';
import { type Mark, marked } from '../terminal/live-lines.ts';
import { elapsed } from '../terminal/progress.ts';
import { type AddCommand, type CommandContext, print, requireRunning } from './context.ts';

interface TourOptions {
  /** The name of one check. */
  readonly only?: string;
}

const INTERRUPTED = 130;

export const addTour: AddCommand = (program, context) => {
  program
    .command('tour')
    .description('Show each promise of the platform by its traffic')
    .option('--only <check>', 'run one check; an unknown name lists them (default: all)')
    .addHelpText('after', example('--only wrong-caller'))
    .action(async (options: TourOptions) => tour(await context(), options));
};

/**
 * Shows each check with its evidence. Exits 1 where one fails; one for which the topology has no participants counts separately.
 * Ctrl-C ends it when everything is as it was found.
 */
async function tour(context: CommandContext, { only }: TourOptions): Promise<void> {
  const { allChecks, isFault, platformOf, runChecks } = await import('@mesh-platform/proofs');
  const checks = only === undefined ? allChecks : allChecks.filter(({ name }) => name === only);
  if (checks.length === 0)
    throw new UsageError(`there is no check '${only}'`, `name one of: ${allChecks.map(({ name }) => name).join(', ')}`);
  const target = await requireRunning(context);
  const { platformIn } = await import('../services/topology.ts');
  const platform = platformOf(await platformIn(target));
  const interrupted = new AbortController();
  const stop = () => {
    if (!interrupted.signal.aborted) process.stderr.write('\nrestoring the platform to its previous state…\n');
    interrupted.abort(new Error('interrupted'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  const startedAt = performance.now();
  const setting = { cluster: target.cluster, gatewayUrl: target.gatewayUrl, ...platform, signal: interrupted.signal };
  try {
    const outcomes = await runChecks(checks, setting, context.json ? {} : printedProgress);
    const took = performance.now() - startedAt;
    print(context, { checks: outcomes, milliseconds: Math.round(took) }, closing(outcomes, took));
    if (outcomes.some(isFault)) process.exitCode = 1;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

const printedProgress = {
  begins: ({ name, title, does }: Pick<Outcome, 'name' | 'title' | 'does'>): void =>
    void process.stdout.write(['', `${name}: ${title}`, ...(does ? [`  ${does}`] : []), ''].join('\n')),
  ends: (outcome: Outcome): void => void process.stdout.write(described(outcome)),
};

const MARKS: Readonly<Record<Outcome['result'], Mark>> = { passes: '✓', fails: '✗', 'not shown': '–', 'no participants': '–' };

const described = ({ name, result, lines, milliseconds }: Outcome): string =>
  [
    ...lines.map((line) => `    ${line}`),
    `  ${marked(MARKS[result])} ${name}${milliseconds > 0 ? ` (${elapsed(milliseconds)})` : ''}`,
    '',
  ].join('\n');

const closing = (outcomes: readonly Outcome[], took: number): string => {
  const count = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result).length;
  const notShown = count('not shown') > 0 ? `, ${count('not shown')} not shown` : '';
  const withoutParticipants = count('no participants') > 0 ? `, ${count('no participants')} without participants in this topology` : '';
  return `\n${count('passes')} passed, ${count('fails')} failed${notShown}${withoutParticipants}, in ${elapsed(took)}\n`;
};
