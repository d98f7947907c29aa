import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, type LiveObject, PlatformError } from '@mesh-platform/kubernetes';
import { KEEPS_WEIGHTS_OF } from '../apply/weights.ts';
import { keepsWeights, type RolloutState } from './state.ts';

const API_VERSION = 'coordination.k8s.io/v1';
const STATE = 'mesh.platform/rollout';
const PREFIX = 'mesh-rollout-';
const FIELD_MANAGER = 'mesh-rollout';
/** Seconds after the last sign of life of a rollout after which another may take it over: seven polls. */
const LEASE_SECONDS = 15;
/** Longer than two polls: a process that lives renews within it, whatever its clock shows. */
const OBSERVED_MS = 5_000;
const BYTES = 200_000;

interface Lease extends LiveObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** A rollout as its Lease records it. */
export interface RecordedRollout {
  readonly state: RolloutState;
  /** Who works on it; undefined where it has ended or its process has. */
  readonly holder: string | undefined;
  /** Seconds since the last sign of life. */
  readonly age: number;
  readonly resourceVersion: string;
}

/** Another process changed the Lease: this one may write no more. */
export class LeaseLost extends PlatformError {
  override readonly name = 'LeaseLost';
}

/** The right to set the weights of a service, which one process has at a time, and the state of its rollout. */
export class RolloutLease {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #name: string;
  readonly #holder = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  #resourceVersion: string | undefined;
  #acquiredAt = '';
  #transitions = 0;

  constructor(cluster: Cluster, namespace: string, service: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#name = `${PREFIX}${service}`;
  }

  /** The rollout of the service that was recorded last; undefined where there was none. */
  async read(): Promise<RecordedRollout | undefined> {
    const lease = await this.#cluster.read<Lease>(this.#header());
    return lease && rolloutIn(lease);
  }

  /** Takes the Lease for a state. Throws where a process that lives has it, unless `force`. */
  async take(state: RolloutState, { force = false } = {}): Promise<void> {
    const lease = await this.#cluster.read<Lease>(this.#header());
    if (lease && !force) await this.#refuseWhereHeld(lease);
    this.#acquiredAt = microTime();
    this.#transitions = (lease?.spec?.leaseTransitions ?? -1) + 1;
    // Created without its state, which then only server-side apply manages: a label that another manager set could not be removed.
    const own = lease ?? (await this.#created());
    this.#resourceVersion = own.metadata?.resourceVersion;
    return this.save(state);
  }

  /** Two may create it at once: the API server refuses the second one, which then finds the holder. */
  async #created(): Promise<Lease> {
    try {
      return await this.#cluster.create<Lease>({ ...this.#header(), spec: { holderIdentity: this.#holder } } as Lease);
    } catch (error) {
      const other = await this.#cluster.read<Lease>(this.#header());
      if (other) await this.#refuseWhereHeld(other);
      throw error;
    }
  }

  /** A clock that differs from the holder's shows a Lease as expired that is not: it counts as expired if it also does not change. */
  async #refuseWhereHeld(lease: Lease): Promise<void> {
    const recorded = rolloutIn(lease);
    if (!lease.spec?.holderIdentity) return;
    if (recorded?.holder === undefined) {
      await pause(OBSERVED_MS);
      const later = await this.#cluster.read<Lease>(this.#header());
      if (later?.metadata?.resourceVersion === lease.metadata?.resourceVersion) return;
    }
    const { state } = recorded ?? {};
    throw new PlatformError(
      `a rollout of ${this.#name.slice(PREFIX.length)} runs already: ${state?.canary ?? 'a version'}, since ${state?.startedAt ?? lease.spec.acquireTime}, ` +
        `by ${lease.spec.holderIdentity}, which was active ${Math.round(recorded?.age ?? 0)} s ago`,
      `wait for it, or end it: mesh rollout ${state?.service ?? 'SERVICE'} ${state?.canary ?? 'VERSION'} --abort`,
    );
  }

  /** Records the state and renews the right. Throws LeaseLost where another process has it by now. */
  async save(state: RolloutState, { release = false } = {}): Promise<void> {
    const object = this.#object(state, release ? '' : this.#holder);
    try {
      const saved = await this.#cluster.applyOne(
        { ...object, metadata: { ...object.metadata, ...(this.#resourceVersion ? { resourceVersion: this.#resourceVersion } : {}) } },
        FIELD_MANAGER,
        { force: true },
      );
      this.#resourceVersion = saved.metadata?.resourceVersion;
    } catch (error) {
      const now = await this.#cluster.read<Lease>(this.#header()).catch(() => {
        throw error; // an API server that does not answer is no other holder
      });
      if (now && now.metadata?.resourceVersion === this.#resourceVersion) throw error;
      throw this.#lost(state, now, error);
    }
  }

  #lost({ service, canary }: RolloutState, now: Lease | undefined, cause: unknown): LeaseLost {
    const holder = now?.spec?.holderIdentity || 'another client';
    const other = now && rolloutIn(now)?.state.canary;
    return new LeaseLost(
      other && other !== canary
        ? `the rollout of ${service} ${canary} is superseded by one of ${other}, by ${holder}`
        : `the rollout of ${service} now belongs to ${holder}`,
      `let that one go on, or end it: mesh rollout ${service} ${other ?? canary} --abort`,
      { cause },
    );
  }

  #header(): LiveObject {
    return { apiVersion: API_VERSION, kind: 'Lease', metadata: { name: this.#name, namespace: this.#namespace } };
  }

  #object(state: RolloutState, holder: string): Lease {
    const text = JSON.stringify(state);
    if (Buffer.byteLength(text) > BYTES) throw new Error(`the state of the rollout has more than ${BYTES} bytes`);
    return {
      ...this.#header(),
      metadata: {
        ...this.#header().metadata,
        annotations: { [STATE]: text },
        labels: keepsWeights(state) ? { [KEEPS_WEIGHTS_OF]: state.service } : {},
      },
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: LEASE_SECONDS,
        acquireTime: this.#acquiredAt,
        renewTime: microTime(),
        leaseTransitions: this.#transitions,
      },
    };
  }
}

/** The rollouts that a namespace has a record of. */
export async function recordedRollouts(cluster: Cluster, namespace: string): Promise<readonly RecordedRollout[]> {
  const leases = await cluster.list<Lease>(API_VERSION, 'Lease', namespace);
  return leases.flatMap((lease) => rolloutIn(lease) ?? []);
}

/** The rollout that a Lease records; undefined for a Lease of something else. */
export function rolloutIn({ metadata, spec }: Lease): RecordedRollout | undefined {
  if (!metadata?.name?.startsWith(PREFIX)) return undefined;
  const state = parsed(metadata.annotations?.[STATE]);
  if (!state) return undefined;
  const age = (Date.now() - Date.parse(spec?.renewTime ?? '')) / 1000;
  // A time of renewal far ahead shows a clock that differs as well as one long ago: neither shows a process that lives.
  const isAlive = Boolean(spec?.holderIdentity) && Math.abs(age) < (spec?.leaseDurationSeconds ?? LEASE_SECONDS);
  return { state, holder: isAlive ? spec?.holderIdentity : undefined, age, resourceVersion: metadata.resourceVersion ?? '' };
}

function parsed(text: string | undefined): RolloutState | undefined {
  try {
    const state = JSON.parse(text ?? '') as Partial<RolloutState> | null;
    return state?.service && state.canary && state.baseline && state.steps && state.original ? (state as RolloutState) : undefined;
  } catch {
    return undefined;
  }
}

/** `2026-11-30T12:00:00.000000Z`, as the kind's MicroTime is written. */
const microTime = (): string => `${new Date().toISOString().slice(0, -1)}000Z`;
