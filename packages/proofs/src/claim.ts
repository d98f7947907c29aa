import type { Cluster } from '@mesh-platform/kubernetes';
import { isMissing, type Missing } from './actors/missing.ts';
import type { Platform } from './actors/platform.ts';

/** What a claim is shown on: a running platform, and the topology that it should be like. */
export interface Stage extends Platform {
  readonly cluster: Cluster;
  readonly gatewayUrl: string;
  /** Aborts when the person has seen enough: whatever waits, waits with it. */
  readonly signal: AbortSignal;
  /** Registers what takes a change back. Call it before the change: it runs whatever becomes of the claim, the last one first. */
  readonly cleanup: (undo: () => Promise<void>) => void;
}

/** Whether a claim holds, and a few lines of what was seen. */
export interface Evidence {
  readonly holds: boolean;
  readonly lines: readonly string[];
}

/** A claim with those services that show it on one platform. */
export interface Scene {
  /** What is done to show it, in one sentence. */
  readonly does: string;
  readonly show: (stage: Stage) => Promise<Evidence>;
}

/** Something that every platform of this kind promises, and how it is shown. */
export interface Claim {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** Claims without which this one says nothing. */
  readonly needs: readonly string[];
  /** Chooses who shows it, by the topology alone. */
  readonly cast: (platform: Platform) => Scene | Missing;
}

interface ClaimSpec<Actors extends object, Arranged, Seen> extends Omit<Claim, 'needs' | 'cast'> {
  readonly needs?: readonly string[];
  /** The services that show it; where the topology has none, the sentence that says what is missing. */
  readonly actors: (platform: Platform) => Actors | Missing;
  readonly does: (actors: Actors) => string;
  readonly arrange: (stage: Stage, actors: Actors) => Promise<Arranged>;
  readonly act: (stage: Stage, arranged: Arranged, actors: Actors) => Promise<Seen>;
  /** Judges what was seen, and sees nothing more. */
  readonly evidence: (seen: Seen, actors: Actors, platform: Platform) => Evidence;
}

/** A claim of its parts. */
export const claim = <Actors extends object, Arranged, Seen>(spec: ClaimSpec<Actors, Arranged, Seen>): Claim => ({
  name: spec.name,
  title: spec.title,
  needs: spec.needs ?? [],
  cast: (platform) => {
    const actors = spec.actors(platform);
    if (isMissing(actors)) return actors;
    return {
      does: spec.does(actors),
      show: async (stage) => spec.evidence(await spec.act(stage, await spec.arrange(stage, actors), actors), actors, stage),
    };
  },
});
