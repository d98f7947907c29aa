import {
  type Cluster,
  IMAGE_REPOSITORY,
  type ImageReferences,
  type KubernetesObject,
  type LiveObject,
  withImages,
} from '@mesh-platform/kubernetes';
import type { MeshObject } from '@mesh-platform/mesh';

interface Workload extends LiveObject {
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } } };
}

const imagesOf = ({ spec }: Workload): string[] => (spec?.template?.spec?.containers ?? []).map(({ image = '' }) => image);
const LOCAL = new RegExp(`^${IMAGE_REPOSITORY}/([a-z0-9-]+):local$`);

/** `up` names an image by its digest; skaffold, which pushes it to the target's registry, makes one word of its repository's name. */
const isImageOf = (name: string, image: string): boolean =>
  /^[@:]/.test(image.replace(`${IMAGE_REPOSITORY}/${name}`, '')) ||
  new RegExp(`/${IMAGE_REPOSITORY.replace('/', '_')}_${name}[:@]`).test(image);

/** A version keeps the image that runs: only `up` builds. What does not run yet keeps its tag. */
export async function withRunningImages(objects: readonly MeshObject[], cluster: Cluster): Promise<readonly MeshObject[]> {
  const wanted = objects.flatMap((object) => imagesOf(object as Workload)).filter((image) => LOCAL.test(image));
  const namespace = objects.find(({ metadata }) => metadata?.namespace)?.metadata?.namespace ?? '';
  const kinds = ['Deployment', 'StatefulSet'];
  const running = (await Promise.all(kinds.map((kind) => cluster.list<Workload>('apps/v1', kind, namespace)))).flat().flatMap(imagesOf);
  const references: ImageReferences = new Map(
    wanted.map((tagged) => {
      const name = LOCAL.exec(tagged)?.[1] ?? '';
      return [name, running.find((image) => isImageOf(name, image)) ?? tagged];
    }),
  );
  return withImages('the topology', objects as readonly KubernetesObject[], references) as readonly MeshObject[];
}
