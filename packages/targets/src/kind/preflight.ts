import { platform } from 'node:os';
import { ISTIO_IMAGES, MIRROR_HINT, type PulledImages } from '../image-sources.ts';
import { gibibytes } from '../process/disk-full.ts';
import { inotifyUse } from '../process/inotify.ts';
import { type Finding, missing, note, ok } from '../target.ts';
import { docker, type Engine, hasImage, inOneLine } from './docker.ts';
import { postgresRecipe } from './kind-images.ts';

const GIB = 1024 ** 3;
/** kubeadm's own minimum is 1.7 GiB; the rest is Istio, Postgres and the services. */
const MEMORY_BYTES = 3 * GIB;
/** Seen: 27 of root's for a node with the platform. https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files */
const WATCHERS_NEEDED = 40;
const ROOT = 0;

/** `docker build` without it has neither `--provenance` nor `COPY --chmod`. */
async function buildx(): Promise<Finding> {
  try {
    return ok('buildx', (await docker('buildx', 'version')).trim().split(' ').slice(0, 2).join(' '));
  } catch (error) {
    return missing(
      'buildx',
      inOneLine(error),
      'install the plugin (docker-buildx-plugin of Docker’s packages, docker-buildx of Debian’s and Ubuntu’s): https://docs.docker.com/build/install-buildx/',
    );
  }
}

function memory(bytes: number): Finding {
  const detail = `${gibibytes(bytes)} for the engine, ${gibibytes(MEMORY_BYTES)} needed`;
  if (bytes >= MEMORY_BYTES) return ok('memory', detail);
  return missing('memory', detail, 'give the engine more (Docker Desktop: Settings, Resources; Colima: colima start --memory 6)');
}

/** The node's processes are root's on this machine; the engine of another system has a virtual machine of its own. */
async function watchers(runs: boolean): Promise<Finding> {
  if (platform() !== 'linux') return note('file watchers', 'those of the engine’s virtual machine');
  const { most, used } = await inotifyUse();
  const inUse = used.get(ROOT) ?? 0;
  if (runs || most - inUse >= WATCHERS_NEEDED) return ok('file watchers', `${most} inotify instances a user are enough`);
  return missing(
    'file watchers',
    `${inUse} of the ${most} inotify instances of root are in use, ${WATCHERS_NEEDED} more are needed`,
    'allow more: sysctl fs.inotify.max_user_instances=1024 fs.inotify.max_user_watches=524288',
  );
}

/** What the engine has and what is missing for a cluster that runs, or that does not yet. */
export const inspectEngine = (engine: Engine & { readonly answers: true }, runs: boolean): Promise<readonly Finding[]> =>
  Promise.all([ok('Docker', engine.detail), buildx(), memory(engine.memory), watchers(runs)]);

/**
 * The images that `up` pulls with Docker, and whether their registry gives them: it is asked for those that the engine does not have. Istio's are pulled by
 * the node itself.
 */
export async function inspectImages(pulled: PulledImages, dockerfiles: readonly string[]): Promise<readonly Finding[]> {
  const postgres = await postgresRecipe();
  const bases = [...dockerfiles.map((dockerfile) => pulled.base('', dockerfile)), pulled.base(postgres.name, postgres.dockerfile)];
  const wanted = [...new Set([pulled.node, ...bases].filter((image) => image !== undefined))];
  const istio = `${pulled.istioHub}/{${ISTIO_IMAGES.join()}}`;
  return [...(await Promise.all(wanted.map(imageFinding))), note('images of Istio', `the node pulls ${istio} unless it has them`)];
}

async function imageFinding(image: string): Promise<Finding> {
  const what = `image ${image}`;
  if (await hasImage(image)) return ok(what, 'the engine has it');
  try {
    await docker('buildx', 'imagetools', 'inspect', image);
    return ok(what, 'up pulls it');
  } catch (error) {
    return missing(what, `cannot be pulled: ${inOneLine(error)}`, MIRROR_HINT);
  }
}
