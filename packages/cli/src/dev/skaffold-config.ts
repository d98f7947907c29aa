/** The input of skaffold.yaml. */
export interface SkaffoldInput {
  /** The topology's name. */
  readonly name: string;
  /** By name: each version, and the folders that its image is made of. */
  readonly versions: readonly { readonly name: string; readonly service: string; readonly folders: readonly string[] }[];
  /** What each environment's manifests call the image of a version, without tag or digest. */
  readonly imageIn: (environment: Environment, version: string) => string;
}

/** The differences of `./platform dev`. */
export interface DevVariant {
  /** The checkout, since the file is in another folder. */
  readonly root: string;
  /** The file of the manifests. */
  readonly manifests: string;
  /** Sources reach the pods without an image. */
  readonly synced: boolean;
}

type Environment = 'local' | 'eks';
type Json = Readonly<Record<string, unknown>>;

/** The version of skaffold.yaml that the pinned skaffold reads. */
const API_VERSION = 'skaffold/v4beta13';
/** Files of a package that are in no image: build output, tests, texts, and the patches of its manifests. */
const IGNORED = [
  '**/dist',
  '**/node_modules',
  '**/.turbo',
  '**/test',
  '**/testing',
  '**/deploy',
  '**/*.test.ts',
  '**/*.md',
  '**/*.tsbuildinfo',
];
/** The inputs of the compilation of all packages, and of the third-party packages in an image. */
const SHARED = ['package-lock.json', 'tsconfig.base.json'];

const SYNCED = ['**/src'];

/** skaffold.yaml: an image per version, rebuilt only by an edit of its inputs. */
export function skaffoldConfig({ name, versions, imageIn }: SkaffoldInput, dev?: DevVariant): Json {
  const services = [...new Set(versions.map(({ service }) => service))].sort();
  const artifacts = versions.map((version) => ({
    image: imageIn('local', version.name),
    ...(dev && { context: dev.root }),
    // skaffold runs it with a shell in `context`: a path here would be read as shell words, and as a Go template before that.
    custom: {
      buildCommand: `./platform image ${version.name}`,
      dependencies: { paths: [...version.folders, ...SHARED], ignore: dev?.synced ? [...IGNORED, ...SYNCED] : IGNORED },
    },
  }));
  const embedded = {
    name: 'embedded',
    build: { local: { push: true } },
    patches: versions.map((version, index) => ({
      op: 'replace',
      path: `/build/artifacts/${index}/custom/buildCommand`,
      value: `./platform image ${version.name} --with buildah`,
    })),
  };
  const eks = {
    name: 'eks',
    build: { local: { push: true } },
    manifests: { rawYaml: manifestsOf('eks', services) },
    deploy: deployTo('eks'),
    patches: versions.map((version, index) => ({
      op: 'replace',
      path: `/build/artifacts/${index}/image`,
      value: imageIn('eks', version.name),
    })),
  };
  return {
    apiVersion: API_VERSION,
    kind: 'Config',
    metadata: { name },
    build: { artifacts, tagPolicy: { inputDigest: {} }, local: {} },
    manifests: { rawYaml: dev ? [dev.manifests] : manifestsOf('local', services) },
    deploy: dev ? { kubectl: {} } : deployTo('local'), // a session applies policies itself, before skaffold deploys the services
    profiles: dev ? [embedded] : [embedded, eks],
  };
}

/** Only the services: the namespace and Postgres outlive the end of `skaffold dev`, and the policies are `mesh`'s. */
const manifestsOf = (environment: Environment, services: readonly string[]): string[] =>
  services.map((service) => `deploy/${environment}/${service}.yaml`);

/** Applies the policies of a pod before the pod starts. */
const deployTo = (environment: Environment): Json => ({
  kubectl: {
    hooks: {
      before: [
        {
          host: {
            command: [
              'sh',
              '-c',
              `./platform --on "context:$SKAFFOLD_KUBE_CONTEXT" --environment ${environment} mesh apply --policies --yes`,
            ],
          },
        },
      ],
    },
  },
});
