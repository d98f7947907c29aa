import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '../instance.ts';

/** The processes that the supervisor runs: written by `up`, read once. */
export interface NodePlan {
  readonly instance: Instance;
  readonly root: string;
  readonly binaries: string;
  readonly pauseImage: string;
  /** Changes with the components, their configuration and how the node is set up. */
  readonly revision: string;
  /** What its time limits are multiplied with: commands that follow `up` take the same. */
  readonly timeoutFactor: number;
}

export const planFile = (instance: Instance): string => join(instance.run, 'plan.json');

/** The factor in the plan of a node; undefined where there is no plan, or one of an earlier checkout, or of a start that was cut short. */
export async function plannedTimeoutFactor(instance: Instance): Promise<number | undefined> {
  const plan = await readFile(planFile(instance), 'utf8').catch(() => '');
  const [, factor] = /"timeoutFactor":([\d.]+)\}$/.exec(plan) ?? [];
  return factor === undefined ? undefined : Number(factor);
}

export const controlSocket = (instance: Instance): string => join(instance.run, 'supervisor.sock');
export const scratchFolder = (instance: Instance): string => join(instance.state, 'scratch');
export const durableFolder = (instance: Instance): string => join(instance.state, 'node');
/** containerd's: images, and what they unpack to. */
export const storeFolder = (instance: Instance): string => join(durableFolder(instance), 'containerd');
export const logFolder = (instance: Instance): string => join(instance.state, 'logs');
/** A file of the node's, by its path within the node, as the host sees it. Only files that the start wrote. */
export const nodeFile = (instance: Instance, path: string): string => join(scratchFolder(instance), 'upper', path);

/** The node's status, which the supervisor reports over its socket: a line of JSON at each change. */
export interface NodeStatus {
  readonly supervisor: number;
  /** The node's first process, as the host numbers it. */
  readonly init: number | undefined;
  readonly phase: 'starting' | 'running' | 'failed' | 'stopping';
  /** Why it failed. */
  readonly failure?: { readonly message: string; readonly hint?: string };
  readonly components: readonly ComponentStatus[];
}

export interface ComponentStatus {
  readonly name: string;
  readonly state: 'running' | 'restarting' | 'failed';
  readonly restarts: number;
}
