import type { Cluster } from '@mesh-platform/kubernetes';
import { isMissing, type Missing, type Platform } from './participants/platform.ts';

/** The subject of a check: a running platform, and the topology that it should match. */
export interface Stage extends Platform {
  readonly cluster: Cluster;
  readonly gatewayUrl: string;
  /** Aborts when the user interrupts the run: every wait ends with it. */
  readonly signal: AbortSignal;
  /** Registers a function that undoes a change. Call it before the change: it runs whether or not the check passes, the last one first. */
  readonly cleanup: (undo: () => Promise<void>) => void;
}

/** Whether a check passes, and a few lines of what was seen. */
export interface Evidence {
  readonly passes: boolean;
  readonly lines: readonly string[];
}

/** A check with those services that show it on one platform. */
export interface Scene {
  /** The actions that show it, in one message. */
  readonly does: string;
  readonly show: (stage: Stage) => Promise<Evidence>;
}

/** A promise of every platform of this kind, and how its traffic shows it. */
export interface Check {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** The checks that must pass before this one proves anything. */
  readonly needs: readonly string[];
  /** Chooses the participants, only by the topology. */
  readonly cast: (platform: Platform) => Scene | Missing;
}

interface CheckSpec<Participants extends object, Arranged, Seen> extends Omit<Check, 'needs' | 'cast'> {
  readonly needs?: readonly string[];
  /** The services that show it; where the topology has none, a message that names the missing one. */
  readonly participants: (platform: Platform) => Participants | Missing;
  readonly does: (participants: Participants) => string;
  readonly arrange: (stage: Stage, participants: Participants) => Promise<Arranged>;
  readonly act: (stage: Stage, arranged: Arranged, participants: Participants) => Promise<Seen>;
  /** Judges what was seen, and sees nothing more. */
  readonly evidence: (seen: Seen, participants: Participants, platform: Platform) => Evidence;
}

/** A check of its parts. */
export const check = <Participants extends object, Arranged, Seen>(spec: CheckSpec<Participants, Arranged, Seen>): Check => ({
  name: spec.name,
  title: spec.title,
  needs: spec.needs ?? [],
  cast: (platform) => {
    const participants = spec.participants(platform);
    if (isMissing(participants)) return participants;
    return {
      does: spec.does(participants),
      show: async (stage) =>
        spec.evidence(await spec.act(stage, await spec.arrange(stage, participants), participants), participants, stage),
    };
  },
});
