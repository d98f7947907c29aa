import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { crane } from '../../build/programs.ts';
import { run } from '../../process/run.ts';

const PUSH_MS = 600_000;

/**
 * Pushes the image of a layout to a registry on this machine, as `HOST:PORT/NAME:TAG`. crane sends layers as they lie and skips those that
 * the registry has; `buildah push` would compress every layer, which costs time and saves nothing within one machine.
 */
export async function pushLayout(layout: string, reference: string, progress: Progress): Promise<void> {
  if (!/^[^/]+\/[a-z0-9._/-]+:[A-Za-z0-9_.-]+$/.test(reference))
    throw new PlatformError(`'${reference}' is no image of a registry`, 'write it as HOST:PORT/NAME:TAG');
  // A layout has no credentials, and the registry asks for none: those of the user stay out of it.
  const env = { ...process.env, DOCKER_CONFIG: layout };
  await run(await crane(progress), ['push', layout, reference], { timeout: PUSH_MS, env }).catch((cause) => {
    throw new PlatformError(
      `the registry refused an image: ${messageOf(cause)}`,
      'look whether the target runs (./platform status) and whether the registry is full (docs/how-to/push-an-image.md)',
      { cause },
    );
  });
}
