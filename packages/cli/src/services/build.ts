import { delimiter, join } from 'node:path';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { CommandError, checkout, run } from '@mesh-platform/targets';

const bin = join(checkout, 'node_modules/.bin');

/** The environment of programs that npm installed: the pinned Node.js first, and nothing reported to anybody. */
export const npmEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
});

/** `@mesh-platform/core:build: src/main.ts(14,1): error TS1005: ')' expected.` */
const COMPLAINT = /^@[^/]+\/([^:]+):build: (.*error TS\d+: .*)$/gm;

/** The compiler's own lines, each with its package; without any, the message of the error. */
function complaints(error: unknown): string {
  const output = error instanceof CommandError ? error.output : '';
  const lines = [...output.matchAll(COMPLAINT)].map(([, name, words]) => `\n  ${name}  ${words}`);
  return lines.length > 0 ? lines.join('') : messageOf(error);
}

/** Compiles the changed services and the packages that they import, through turbo's cache; `folder` is a checkout. */
export function buildServices(progress: Progress, folder = checkout): Promise<void> {
  return progress.step('the services compile', async () => {
    try {
      await run(join(bin, 'turbo'), ['run', 'build', '--filter=./apps/*', '--output-logs=errors-only', '--no-color'], {
        cwd: folder,
        env: npmEnvironment(),
        timeout: 600_000,
      });
    } catch (error) {
      throw new PlatformError(`the services do not compile: ${complaints(error)}`, 'fix the lines above and run the command again', {
        cause: error,
      });
    }
  });
}
