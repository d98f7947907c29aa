import { type Progress, silent } from '@mesh-platform/kubernetes';
import { COMPANY_HOST, EmbeddedTarget, KIND_NODE_IMAGE, kindFixture, OwnEngine } from '@mesh-platform/targets';
import { dockerfiles } from '../services/kind.ts';
import { NAMESPACE } from '../services/topology.ts';
import type { Outcome } from './outcome.ts';
import { runVitest } from './vitest-run.ts';

const SUITE_MS = 45 * 60_000;
const INSTANCE = 'kindtest';

/**
 * The suite `kind`: on an engine of its own with images from packages, where those can be built; else, and with KIND_IMAGES=registry, on the engine that is
 * installed, with the images of registries. KIND_FULL=1 runs the long form.
 */
export async function runKindSuite(progress: Progress): Promise<Outcome> {
  const env = { PLATFORM_INSTANCE: INSTANCE };
  const builds = new EmbeddedTarget(INSTANCE, { namespace: NAMESPACE }).fits();
  if (!builds || process.env.KIND_IMAGES === 'registry') return runVitest({ project: 'kind', env, timeout: SUITE_MS });
  const [dockerfile = ''] = await dockerfiles();
  const images = await kindFixture(dockerfile, progress);
  const engine = await OwnEngine.start(silent);
  try {
    await progress.step('images into the Docker engine', () => engine.docker('load', '--quiet', '--input', images));
    return await runVitest({
      project: 'kind',
      env: { ...env, ...engine.variables, PLATFORM_NODE_IMAGE: KIND_NODE_IMAGE, COMPANY_HOST },
      timeout: SUITE_MS,
      inside: (program, args) => engine.inside(program, args),
    });
  } finally {
    await engine.stop();
  }
}
