import { abortAfter, type Progress, UsageError } from '@mesh-platform/kubernetes';
import { platformOf } from '@mesh-platform/proofs';
import { type RunningTarget, type Target, waitFor } from '@mesh-platform/targets';
import { removeDeveloped, requireNoDev } from '../dev/in-development.ts';
import { buildServices } from '../services/build.ts';
import { applyPlatform } from '../services/environment.ts';
import { serviceImage } from '../services/service-image.ts';
import { versionsOf } from '../services/service-versions.ts';
import { platformIn } from '../services/topology.ts';
import { elapsed } from '../terminal/progress.ts';
import { type CommandContext, printJson } from './context.ts';

const FIRST_ANSWER_MS = 60_000;

/** Brings everything up to the first 200 through the mesh. A second run applies only what changed. */
export async function up(
  { target, progress, json, suffix }: CommandContext,
  { refresh = false }: { readonly refresh?: boolean } = {},
): Promise<void> {
  if (refresh && !target.refresh)
    throw new UsageError(`invalid option --refresh: ${target.name} takes its images from registries`, 'use it with --on embedded');
  const startedAt = performance.now();
  const running = await target.withLock(progress, async () => {
    if (refresh) await target.refresh?.(progress);
    return bringUp(target, progress);
  });
  const took = performance.now() - startedAt;
  if (json) printJson({ ...running.wayIn, kubeconfig: running.kubeconfig, milliseconds: Math.round(took) });
  else process.stdout.write(summary(running, platformOf(await platformIn(running)).path, took, suffix));
}

/** Everything up to the first answer, step by step. Call it within the target's `withLock`. */
export async function bringUp(target: Target, progress: Progress): Promise<RunningTarget> {
  const platform = await platformIn({ environment: await target.environment() }); // reports a mistake in it before anything starts
  const services = async () => {
    await buildServices(progress);
    return Promise.all(versionsOf(platform.environment.mesh).map(serviceImage));
  };
  const { running, images } = await target.up(services, progress);
  const serving = async () => {
    await requireNoDev(running);
    await removeDeveloped(running.cluster);
    await applyPlatform(running, platform, images, progress);
    await progress.step('the first answer through the mesh', () => firstAnswer(`${running.gatewayUrl}${platformOf(platform).path}`));
  };
  await running.whileItRuns(serving());
  await running.pruneImages(images);
  return running;
}

async function firstAnswer(url: string): Promise<void> {
  await waitFor(
    url,
    async () => {
      const response = await fetch(url, { signal: abortAfter(5_000) });
      await response.arrayBuffer();
      return response.status === 200 ? true : undefined;
    },
    { timeout: FIRST_ANSWER_MS, every: 100 },
  );
}

const summary = ({ wayIn: { url, first }, kubeconfig }: RunningTarget, path: string, took: number, suffix: string): string => `
up in ${elapsed(took)}
${first ? `\n  first         ${first}` : ''}
  the gateway   ${url}/
  the path      ${url}${path}
  kubeconfig    ${kubeconfig}

next: ./platform status${suffix}, ./platform down${suffix}
`;
