import type { Cluster } from '@mesh-platform/kubernetes';
import type { Environment } from '@mesh-platform/mesh';

/** What a claim is shown on: a running platform, and the topology that it should be like. */
export interface Stage {
  readonly cluster: Cluster;
  readonly gatewayUrl: string;
  readonly environment: Environment;
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

/** Something that the platform promises, and how it is shown. */
export interface Claim {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** What is done to show it, in one sentence. */
  readonly does: string;
  /** Claims without which this one says nothing. */
  readonly needs: readonly string[];
  readonly show: (stage: Stage) => Promise<Evidence>;
}

interface ClaimSpec<Arranged, Seen> extends Omit<Claim, 'needs' | 'show'> {
  readonly needs?: readonly string[];
  readonly arrange: (stage: Stage) => Promise<Arranged>;
  readonly act: (stage: Stage, arranged: Arranged) => Promise<Seen>;
  /** Judges what was seen, and sees nothing more. */
  readonly evidence: (seen: Seen, stage: Pick<Stage, 'environment'>) => Evidence;
}

/** A claim of its three parts. */
export const claim = <Arranged, Seen>({ arrange, act, evidence, needs = [], ...head }: ClaimSpec<Arranged, Seen>): Claim => ({
  ...head,
  needs,
  show: async (stage) => evidence(await act(stage, await arrange(stage)), stage),
});
