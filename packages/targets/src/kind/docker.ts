import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import { run } from '../process/run.ts';
import type { ImageRecipe } from '../target.ts';

const ANSWER_MS = 15_000;
const BUILD_MS = 10 * 60_000;

/** The version of the Docker engine, or the reason for which it does not answer: one line. */
export type Engine = { readonly answers: true; readonly detail: string } | { readonly answers: false; readonly why: string };

/** Asks Docker's engine, not only its command line, which is there without one as well. */
export async function dockerEngine(): Promise<Engine> {
  try {
    const version = await run('docker', ['version', '--format', '{{.Server.Version}} on {{.Server.Os}}/{{.Server.Arch}}'], {
      timeout: ANSWER_MS,
    });
    return { answers: true, detail: `Docker ${version.trim()}` };
  } catch (error) {
    return { answers: false, why: messageOf(error).replaceAll('\n', ' ') };
  }
}

/** A command of Docker's that answers at once; its output. */
export const docker = (...args: readonly string[]): Promise<string> => run('docker', args, { timeout: ANSWER_MS });

/** Whether the engine has the image. */
export const hasImage = (reference: string): Promise<boolean> =>
  docker('image', 'inspect', '--format', '{{.Id}}', reference).then(
    () => true,
    () => false,
  );

/** Builds an image of a recipe under a name, with more options of `docker build`. Throws a PlatformError where no engine answers. */
export async function dockerBuild(
  { dockerfile, stage }: Pick<ImageRecipe, 'dockerfile' | 'stage'>,
  reference: string,
  options: readonly string[] = [],
): Promise<void> {
  const engine = await dockerEngine();
  if (!engine.answers)
    throw new PlatformError(`Docker builds no image: ${engine.why}`, 'start its engine, or work on --on embedded, which needs none');
  const context = await mkdtemp(join(tmpdir(), 'mesh-platform-image-'));
  try {
    await stage(context);
    await writeFile(join(context, 'Dockerfile'), dockerfile);
    await run('docker', ['build', ...options, `--tag=${reference}`, context], { timeout: BUILD_MS });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
