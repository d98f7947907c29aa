import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { MIRROR_HINT } from '../image-sources.ts';
import { run } from '../process/run.ts';
import type { ImageRecipe } from '../target.ts';

const ANSWER_MS = 15_000;
const BUILD_MS = 10 * 60_000;
const PULL_MS = 10 * 60_000;

/** The Docker engine, or the reason for which it does not answer: one line. */
export type Engine =
  | { readonly answers: true; readonly detail: string; readonly memory: number }
  | { readonly answers: false; readonly why: string };

/** Asks Docker's engine, not only its command line, which is there without one as well. */
export async function dockerEngine(): Promise<Engine> {
  try {
    const version = await docker('version', '--format', '{{.Server.Version}} on {{.Server.Os}}/{{.Server.Arch}}');
    const [memory = '', cgroup = ''] = (await docker('info', '--format', '{{.MemTotal}} {{.CgroupVersion}}')).trim().split(' ');
    return { answers: true, detail: `Docker ${version.trim()}, cgroup v${cgroup}`, memory: Number(memory) };
  } catch (error) {
    return { answers: false, why: inOneLine(error) };
  }
}

/** The message of an error in one line. */
export const inOneLine = (error: unknown): string => messageOf(error).replaceAll('\n', ' ');

/** A command of Docker's that answers at once; its output. */
export const docker = (...args: readonly string[]): Promise<string> => run('docker', args, { timeout: ANSWER_MS });

/** Whether the engine has the image. */
export const hasImage = (reference: string): Promise<boolean> =>
  docker('image', 'inspect', '--format', '{{.Id}}', reference).then(
    () => true,
    () => false,
  );

/** Pulls the image where the engine does not have it. Throws a PlatformError with what to set behind a mirror. */
export async function pullImage(reference: string, progress: Progress): Promise<void> {
  if (await hasImage(reference)) return;
  await progress.step(`image ${reference} is pulled`, async () => {
    try {
      await run('docker', ['pull', '--quiet', reference], { timeout: PULL_MS });
    } catch (error) {
      throw new PlatformError(`the image ${reference} could not be pulled: ${inOneLine(error)}`, MIRROR_HINT, { cause: error });
    }
  });
}

export interface DockerBuild extends Pick<ImageRecipe, 'dockerfile' | 'stage'> {
  /** What the Dockerfile's argument BASE stands for. */
  readonly base?: string | undefined;
  /** Platforms, such as `linux/amd64,linux/arm64`; empty for that of the engine. */
  readonly platforms?: string;
  /** To the registry of its name, in place of the engine. */
  readonly push?: boolean;
}

/** Builds an image under a name, without attestations, which `kind load` cannot bring to a node. Throws a PlatformError where no engine answers. */
export async function dockerBuild(build: DockerBuild, reference: string): Promise<void> {
  const { dockerfile, stage, base, platforms = '', push = false } = build;
  const engine = await dockerEngine();
  if (!engine.answers)
    throw new PlatformError(`Docker builds no image: ${engine.why}`, 'start its engine, or work on --on embedded, which needs none');
  const context = await mkdtemp(join(tmpdir(), 'mesh-platform-image-'));
  try {
    await stage(context);
    await writeFile(join(context, 'Dockerfile'), dockerfile);
    const options = [
      push ? '--push' : '--load',
      '--provenance=false',
      ...(base ? [`--build-arg=BASE=${base}`] : []),
      ...(platforms ? [`--platform=${platforms}`] : []),
      `--tag=${reference}`,
    ];
    await run('docker', ['buildx', 'build', ...options, context], { timeout: BUILD_MS });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
