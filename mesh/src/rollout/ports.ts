import type { Counters } from './counters.ts';
import type { RolloutState, VersionWeights } from './state.ts';

/** What the pods of both versions are like now. */
export interface Pods {
  readonly canaryReady: number;
  readonly baselineReady: number;
  /** Why a pod of the canary cannot serve: a crash loop, a rejected configuration. */
  readonly problem?: string;
}

/** A VirtualService that splits the service's traffic. */
export interface LiveRoute {
  readonly name: string;
  readonly weights: VersionWeights;
  /** Whether its spec is another than the one that this rollout wrote. */
  readonly isEdited: boolean;
}

/** What a rollout does to a cluster, and what it learns of it. */
export interface RolloutPorts {
  /** What each caller's proxy counted by version since the call before; the first one after `mark` counts from there. */
  counted(signal: AbortSignal): Promise<readonly ReadonlyMap<string, Counters>[]>;
  /** Forgets what was counted so far. */
  mark(signal: AbortSignal): Promise<void>;
  /** The routes that split the service's traffic now. */
  routes(): Promise<readonly LiveRoute[]>;
  /**
   * Sets the weights; resolves with 'in sync' when every proxy has them, and else with what is missing. Throws RoutesChanged where another
   * client changed the routes, and ConfigurationRejected where a proxy refuses them.
   */
  setWeights(weights: VersionWeights, signal: AbortSignal): Promise<'in sync' | { readonly missing: string }>;
  pods(): Promise<Pods>;
  /** Which proxy rejects its configuration, and why, before any change of weights; undefined where all accept it. */
  rejected(signal: AbortSignal): Promise<string | undefined>;
  /** Records the state and renews the right to write. Throws LeaseLost. */
  save(state: RolloutState, release?: boolean): Promise<void>;
}
