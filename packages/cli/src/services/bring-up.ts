import { abortAfter, type Progress } from '@mesh-platform/kubernetes';
import { platformOf } from '@mesh-platform/proofs';
import { type RunningTarget, type Target, waitFor } from '@mesh-platform/targets';
import { removeDeveloped, requireNoDev } from '../dev/in-development.ts';
import { buildServices } from './build.ts';
import { applyPlatform } from './environment.ts';
import { serviceImage } from './service-image.ts';
import { versionsOf } from './service-versions.ts';
import { platformIn } from './topology.ts';

const FIRST_ANSWER_MS = 60_000;

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

/** The path of a request that every service of the platform answers. */
export const pathIn = async (target: RunningTarget): Promise<string> => platformOf(await platformIn(target)).path;
