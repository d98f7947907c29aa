import { readFile } from 'node:fs/promises';

const IMPORTED = /^import .* from '@mesh-platform\/kubernetes\/first-word';$/m;

/**
 * Runs a file of TypeScript in a pod that has Node.js and nothing of ours: as text, with first-word.ts in the place of its import.
 * What else the file imports is Node's own, or types.
 */
export async function scriptCommand(script: URL, ...args: readonly string[]): Promise<readonly string[]> {
  const [text, shared] = await Promise.all([script, new URL('first-word.ts', import.meta.url)].map((file) => readFile(file, 'utf8')));
  const whole = (text ?? '').replace(IMPORTED, () => shared ?? '');
  return ['node', '--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', whole, ...args];
}
