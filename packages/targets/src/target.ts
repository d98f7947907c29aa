import type { Cluster, ImageReferences, LiveObject, Progress } from '@mesh-platform/kubernetes';
import { PlatformError } from '@mesh-platform/kubernetes/platform-error';

/** Something that Kubernetes and Istio can run on. */
export interface Target {
  /** `embedded`, `kind` or `context:NAME`. */
  readonly name: string;
  /**
   * Brings Kubernetes and Istio up, with the images of the services; what runs already is left as it is. `services` is
   * called after the target has checked the machine. Call it within `withLock`.
   * Throws PlatformError with the hint.
   */
  up(services: () => Promise<readonly ImageRecipe[]>, progress: Progress): Promise<Started>;
  /** Takes current packages of the distribution for the next `up`, where the target builds from them. Call it within `withLock`. */
  refresh?(progress: Progress): Promise<void>;
  /** Runs the work while no other process brings the target up or down; `progress` gets the process that this one waits for. */
  withLock<T>(progress: Progress, work: () => Promise<T>): Promise<T>;
  /** The factor that `up` gave to the time limits of a node that this machine runs; undefined where there is none, or where it is not written down. */
  timeoutFactor?(): Promise<number | undefined>;
  /** The target if it runs. */
  find(): Promise<RunningTarget | undefined>;
  /** Stops it, and deletes everything with `purge`. Gives whether there was anything to stop. */
  down(options: DownOptions, progress: Progress): Promise<boolean>;
  /** The file of `environments/` that fits it, without its ending. */
  environment(): Promise<string>;
  /** What this machine has and what is missing for it. */
  inspect(): Promise<readonly Finding[]>;
}

/** How an image is made: a Dockerfile and the files that it copies. */
export interface ImageRecipe {
  readonly name: string;
  readonly dockerfile: string;
  /** Changes when a file of the context does. */
  readonly contextKey: string;
  /** Fills the folder that the Dockerfile copies from. Called only if the image is not in the cache. */
  readonly stage: (context: string) => Promise<void>;
}

export interface DownOptions {
  /** Deletes documents too. */
  readonly purge: boolean;
  /** For a cluster that goes on without the platform; not asked where the whole target ends. */
  readonly platform: () => Promise<Removable>;
}

/** The objects that are removed from a cluster that stays. */
export interface Removable {
  /** Whether the platform made the object. */
  owns(object: LiveObject): boolean;
  /** Removes it; gives whether there was anything to remove. */
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
  /** Where it answers a user; `first` is a command that the user must start before and leave running. */
  readonly wayIn: { readonly url: string; readonly first?: string };
  /** The registry that its nodes pull from: host and port, where a push from this machine arrives as well; undefined where it has none. */
  readonly registry: string | undefined;
  readonly cluster: Cluster;
  /** Forgets images that none of the references names. */
  pruneImages(keep: ImageReferences): Promise<void>;
  /** A generated password that stays the same for as long as what it protects; `stored` is its place in the cluster. */
  secret(name: string, stored: SecretKey): Promise<string>;
  /** Resolves when the gateway serves; `onPodProblem` receives the reason while it does not. */
  gatewayReady(onPodProblem?: (line: string) => void): Promise<void>;
  /** Does the work while the target runs; fails with the reason as soon as the target has ended, or has lost a part for good. */
  whileItRuns<T>(work: Promise<T>): Promise<T>;
  /** Processes that are not objects of Kubernetes. */
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

const INSTANCE_NAME = /^[a-z][a-z0-9-]{0,19}$/;

/** Fails with a message where the name cannot name an instance. */
export function validateInstanceName(name: string): void {
  if (!INSTANCE_NAME.test(name))
    throw new PlatformError(`'${name}' cannot name an instance`, 'use 1 to 20 lower-case letters, digits and dashes, a letter first');
}

/** Findings: what is there, what a user may want to know, and what must be changed before `up`. */
export const ok = (what: string, detail: string): Finding => ({ what, state: 'ok', detail });
export const note = (what: string, detail: string, hint?: string): Finding => ({ what, state: 'note', detail, ...(hint ? { hint } : {}) });
export const missing = (what: string, detail: string, hint: string): Finding => ({ what, state: 'missing', detail, hint });
