import type { Finding } from '@mesh-platform/targets';
import { type CommandContext, printJson } from './context.ts';

const marks = { ok: '✓', note: '·', missing: '✗' } as const;

/** Prints which requirements this machine meets and which are missing. Exits 1 where one is missing. */
export async function doctor({ target, json }: CommandContext): Promise<void> {
  const findings = await target.inspect();
  if (json) printJson({ target: target.name, findings });
  else process.stdout.write(`target ${target.name}\n${findings.map(line).join('')}`);
  if (findings.some(({ state }) => state === 'missing')) process.exitCode = 1;
}

const line = ({ what, state, detail, hint }: Finding): string => `${marks[state]} ${what}: ${detail}${hint ? `\n    → ${hint}` : ''}\n`;
