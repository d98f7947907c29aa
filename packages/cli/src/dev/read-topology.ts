import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ServiceVersion } from '../services/service-versions.ts';
import type { DevPlan } from './dev-files.ts';

/** The topology as its files are now. */
export interface Topology {
  /** The findings of the checks, or the reason why it does not load. */
  readonly findings: string;
  /** Undefined where it must not be deployed. */
  readonly versions: readonly ServiceVersion[] | undefined;
}

/** The environment to read, and the session that it is for. */
export interface TopologyRequest {
  readonly environment: string;
  /** Where it is given, skaffold's files are written from a topology that is good. */
  readonly written?: DevPlan;
}

/** Reads and checks the topology. */
export async function readTopology(wanted: TopologyRequest): Promise<Topology> {
  const thread = new Worker(new URL('topology-thread.ts', import.meta.url), { workerData: wanted });
  const [topology] = (await once(thread, 'message')) as [Topology];
  await thread.terminate();
  return topology;
}
