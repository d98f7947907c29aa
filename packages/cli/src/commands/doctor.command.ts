import { example } from '@mesh-platform/mesh/commands';
import type { Finding } from '@mesh-platform/targets';
import { marked } from '../terminal/live-lines.ts';
import { type AddCommand, print } from './context.ts';

const marks = { ok: '✓', note: '·', missing: '✗' } as const;

/** Exits 1 where a requirement is missing. */
export const addDoctor: AddCommand = (program, context) => {
  program
    .command('doctor')
    .description('Check what this machine has for a target, and what is missing')
    .addHelpText('after', example('--on kind'))
    .action(async () => {
      const given = await context();
      const findings = await given.target.inspect();
      print(given, { target: given.target.name, findings }, `target ${given.target.name}\n${findings.map(line).join('')}`);
      if (findings.some(({ state }) => state === 'missing')) process.exitCode = 1;
    });
};

const line = ({ what, state, detail, hint }: Finding): string =>
  `${marked(marks[state])} ${what}: ${detail}${hint ? `\n    → ${hint}` : ''}\n`;
