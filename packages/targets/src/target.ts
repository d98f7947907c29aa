import type { Cluster, ImageReferences, LiveObject, Progress } from '@mesh-platform/kubernetes';
import type { ImageRecipe } from './embedded/build/images.ts';

/** Something that Kubernetes and Istio can run on. */
export interface Target {
  /** `embedded`, `kind` or `context:NAME`. */
  readonly name: string;
  /**
   * Brings Kubernetes and Istio up, with the images of the services; what runs already is left as it is. `services` is
   * called once the machine is known to have what it takes. Call it within `alone`.
   * Throws PlatformError with the hint.
   */
  up(services: () => Promise<readonly ImageRecipe[]>, progress: Progress): Promise<Started>;
  /** Takes current packages of the distribution for the next `up`, where the target builds from them. Call it within `alone`. */
  refresh?(progress: Progress): Promise<void>;
  /** Runs the work while nobody else brings the target up or down; whoever has to wait is told for whom. */
  alone<T>(progress: Progress, work: () => Promise<T>): Promise<T>;
  /** The target if it runs. */
  find(): Promise<RunningTarget | undefined>;
  /** Stops it. What it keeps survives; with `purge` nothing does. Says whether there was anything. */
  down(options: DownOptions, progress: Progress): Promise<boolean>;
  /** The file of `environments/` that fits it, without its ending. */
  environment(): Promise<string>;
  /** What this machine has and what is missing for it. */
  inspect(): Promise<readonly Finding[]>;
}

export interface DownOptions {
  /** Deletes documents too. */
  readonly purge: boolean;
  /** For a cluster that goes on without the platform; not asked where the whole target ends. */
  readonly platform: () => Promise<Removable>;
}

/** What is taken out of a cluster that stays. */
export interface Removable {
  /** Whether the platform made the object. */
  owns(object: LiveObject): boolean;
  /** Takes it out; says whether there was anything. */
  remove(running: RunningTarget): Promise<boolean>;
}

/** What `up` gives. */
export interface Started {
  readonly running: RunningTarget;
  /** The reference of each image that a pod may name, by the image's name. */
  readonly images: ImageReferences;
}

/** A key of a Secret in the platform's namespace. */
export interface SecretKey {
  readonly secret: string;
  readonly key: string;
}

/** A target that answers. */
export interface RunningTarget {
  readonly name: string;
  /** The file of `environments/` that it runs, without its ending. */
  readonly environment: string;
  readonly kubeconfig: string;
  /** Where the gateway answers this process. */
  readonly gatewayUrl: string;
  /** Where it answers a person, and what they must run `first` and leave running, if anything. */
  readonly wayIn: { readonly url: string; readonly first?: string };
  /** The registry that its nodes pull from: host and port, where a push from this machine arrives as well; undefined where it has none. */
  readonly registry: string | undefined;
  readonly cluster: Cluster;
  /** Forgets images that none of the references names. */
  pruneImages(keep: ImageReferences): Promise<void>;
  /** A generated password that stays the same for as long as what it protects; `stored` says where the cluster has it. */
  secret(name: string, stored: SecretKey): Promise<string>;
  /** Resolves when the gateway serves; `tell` hears why it does not yet. */
  gatewayReady(tell?: (line: string) => void): Promise<void>;
  /** Does the work while the target runs; fails as soon as it has ended, or has lost a part for good, and says so. */
  whileItRuns<T>(work: Promise<T>): Promise<T>;
  /** Processes beside Kubernetes' own objects. */
  components(): Promise<readonly { readonly name: string; readonly state: string; readonly restarts: number }[]>;
}

/** One thing that a target needs of the machine. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'missing';
  readonly detail: string;
  /** What to do where it is missing. */
  readonly hint?: string;
}
