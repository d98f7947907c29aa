import { delimiter, join } from 'node:path';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { checkout, run } from '@mesh-platform/targets';

const bin = join(checkout, 'node_modules/.bin');

/** The environment of programs that npm installed: the pinned Node.js first, and nothing reported to anybody. */
export const npmEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
});

/** Compiles what has changed, through turbo's cache. */
export function buildServices(progress: Progress): Promise<void> {
  return progress.step('the services compile', async () => {
    try {
      await run(join(bin, 'turbo'), ['run', 'build', '--output-logs=errors-only', '--no-color'], {
        cwd: checkout,
        env: npmEnvironment(),
        timeout: 600_000,
      });
    } catch (error) {
      throw new PlatformError(`the services do not compile: ${messageOf(error)}`, 'mend the lines above and run the command again', {
        cause: error,
      });
    }
  });
}
