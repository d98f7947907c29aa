import { PlatformError } from '@mesh-platform/kubernetes';
import { pins } from './pins.ts';

/** Where images that nothing here builds are pulled from: the field `imageSources` of an environment. */
export interface ImageSources {
  /** A registry that mirrors Docker Hub: host, port and path. */
  readonly registry?: string;
  /** The image of kind's node. */
  readonly nodeImage?: string;
  /** The image with Node.js that the services' images are built on. */
  readonly baseImage?: string;
  /** The image with PostgreSQL. */
  readonly postgresImage?: string;
  /** The registry and path of Istio's images. */
  readonly istioHub?: string;
}

/** The environment variable of each field; it overrides the environment's file. */
export const SOURCE_VARIABLES: Readonly<Record<keyof ImageSources, string>> = {
  registry: 'PLATFORM_IMAGE_REGISTRY',
  nodeImage: 'PLATFORM_NODE_IMAGE',
  baseImage: 'PLATFORM_BASE_IMAGE',
  postgresImage: 'PLATFORM_POSTGRES_IMAGE',
  istioHub: 'PLATFORM_ISTIO_HUB',
};

/** What to do where an image cannot be pulled. */
export const MIRROR_HINT =
  'log in or check the network; where Docker Hub is not reached, name its mirror: PLATFORM_IMAGE_REGISTRY=registry.example.com/docker-hub (docs/how-to/use-a-mirror.md)';

/** The references of the images that are pulled. */
export interface PulledImages {
  readonly node: string;
  readonly istioHub: string;
  /** What the argument BASE of an image's Dockerfile stands for; undefined where it has none. */
  base(image: string, dockerfile: string): string | undefined;
}

/** A reference, or a registry with a path: no scheme, no space. https://github.com/distribution/reference/blob/main/reference.go */
const REFERENCE = /^[a-z0-9][\w.-]*(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/i;
const HUB = 'docker.io';
export const ISTIO_HUB = `${HUB}/istio`;
export const ISTIO_IMAGES = ['pilot', 'proxyv2', 'install-cni'].map((name) => `${name}:${pins.istio}`);

/** The images that are pulled with these sources. Throws a PlatformError that names an invalid one. */
export function pulledImages(declared: ImageSources, environment: NodeJS.ProcessEnv = process.env): PulledImages {
  const source = (field: keyof ImageSources): string | undefined => {
    const variable = SOURCE_VARIABLES[field];
    const set = environment[variable]?.trim();
    const value = set || declared[field];
    if (value === undefined || REFERENCE.test(value)) return value;
    throw new PlatformError(
      `${set ? variable : `imageSources.${field}`} is invalid: expected a registry and a path, without scheme`,
      `set it, for example ${variable}=registry.example.com/${field === 'registry' ? 'docker-hub' : 'image:tag'}, or unset it`,
    );
  };
  const registry = source('registry');
  const [baseImage, postgresImage] = [source('baseImage'), source('postgresImage')];
  return {
    node: source('nodeImage') ?? mirrored(pins.kindNodeImage, registry),
    istioHub: source('istioHub') ?? mirrored(ISTIO_HUB, registry),
    base: (image, dockerfile) => {
      const [, usual] = /^ARG BASE=(\S+)$/m.exec(dockerfile) ?? [];
      return usual && ((image === 'postgres' ? postgresImage : baseImage) ?? mirrored(usual, registry));
    },
  };
}

/** The image of Docker Hub in its mirror; as it is without one, or where it names another registry. */
function mirrored(reference: string, registry: string | undefined): string {
  const [first = '', ...rest] = reference.split('/');
  if (registry === undefined) return reference;
  if (rest.length === 0) return `${registry}/library/${first}`;
  if (first === HUB) return [registry, ...rest].join('/');
  return /[.:]|^localhost$/.test(first) ? reference : `${registry}/${reference}`;
}
