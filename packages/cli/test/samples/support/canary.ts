import { spawn } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { LiveObject } from '@mesh-platform/kubernetes';
import { weightsIn } from '@mesh-platform/mesh';
import { underLoad } from '@mesh-platform/proofs';
import { checkout, type RunningTarget, waitFor } from '@mesh-platform/targets';
import { expect } from 'vitest';
import { NAMESPACE } from '../../../src/services/topology.ts';
import { type CommandResult, instanceName, platform } from '../../support/platform.ts';

/** A line of `mesh rollout --json`. */
export interface RolloutLine {
  readonly event: string;
  readonly at: string;
  readonly phase: string;
  readonly reason?: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly metrics: Readonly<Record<string, { readonly canary: Counted; readonly baseline: Counted; readonly harm: number }>>;
  readonly harmLimit?: number;
  readonly probe?: { readonly url: string; readonly perSecond: number };
}
interface Counted {
  readonly requests: number;
  readonly bad: number;
}

const PATIENCE = { timeout: 200_000, every: 50 };

/** `./platform mesh ARGS` on the instance of the suite. */
export const mesh = (...args: string[]): Promise<CommandResult> => platform(['mesh', ...args, '--instance', instanceName()]);

/** Back to the weights of the file, without an open rollout. */
export async function endRollouts(): Promise<void> {
  await mesh('rollout', 'preview', 'v2', '--abort');
  const { status, stderr } = await mesh('apply', '--yes');
  expect(status, stderr).toBe(0);
}

/** A `mesh rollout preview v2 --json` that runs, as its own process. */
export class RunningRollout {
  readonly lines: RolloutLine[] = [];
  readonly ended: Promise<Pick<CommandResult, 'status' | 'stderr'>>;
  readonly #pid: number;

  constructor(...args: string[]) {
    const all = ['mesh', 'rollout', 'preview', 'v2', '--json', ...args, '--instance', instanceName()];
    const child = spawn(join(checkout, 'platform'), all, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 890_000 });
    this.#pid = child.pid ?? 0;
    const text = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      const parts = (text.out + more).split('\n');
      text.out = parts.pop() ?? '';
      this.lines.push(...parts.filter(Boolean).map((line) => JSON.parse(line) as RolloutLine));
    });
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      text.err += more;
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve({ status: status ?? 1, stderr: text.err }));
    });
  }

  /** The first line that is wanted, also one that came before the call. Fails with the process. */
  until(what: string, isWanted: (line: RolloutLine) => boolean): Promise<RolloutLine> {
    const found = waitFor(what, async () => this.lines.find(isWanted), PATIENCE);
    const without = this.ended.then(({ status, stderr }) => {
      const line = this.lines.find(isWanted);
      if (line) return line;
      throw new Error(`the rollout ended with ${status} before ${what}: ${stderr}`);
    });
    return Promise.race([found, without]);
  }

  /** Every proxy has so many percent for v2. */
  atWeight = (percent: number): Promise<RolloutLine> =>
    this.until(`${percent} % are set`, ({ event, weights }) => event === 'weights' && weights.v2 === percent);

  /** The last line, and the exit status. */
  async result(): Promise<{ readonly status: number; readonly last: RolloutLine | undefined }> {
    const { status } = await this.ended;
    return { status, last: this.lines.at(-1) };
  }

  /** With SIGKILL, which no process can catch; nothing where it has ended. */
  async kill(): Promise<void> {
    const program = await readlink(`/proc/${this.#pid}/exe`).catch(() => undefined);
    if (program === undefined) return;
    expect(program).toMatch(/\/node$/); // the launcher has become the command
    process.kill(this.#pid, 'SIGKILL');
    await this.ended;
  }
}

interface Traffic {
  /** `preview/v2=unavailable:0.3` */
  readonly fault?: string;
  readonly perSecond?: number;
  readonly ask?: (gatewayUrl: string, init: RequestInit) => Promise<Response>;
}

/** Requests at an even pace for as long as the work takes, with the faults that are named; gives how many failed. */
export async function underTraffic(
  { gatewayUrl }: RunningTarget,
  work: () => Promise<void>,
  { fault, perSecond = 40, ask = (url, init) => fetch(`${url}/`, init) }: Traffic = {},
): Promise<{ readonly sent: number; readonly failed: number }> {
  const headers = fault ? { 'x-fault': fault } : {};
  const answers = await underLoad(
    { perSecond, atMost: 1_000 }, // more than may wait for 10 s each: a machine that stalls must not end the traffic
    async () => {
      const answer = await ask(gatewayUrl, { headers, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      return answer?.status ?? 0;
    },
    work,
  );
  return { sent: answers.length, failed: answers.filter((status) => status === 0 || status >= 500).length };
}

export const routeOf = ({ cluster }: RunningTarget): Promise<LiveObject | undefined> =>
  cluster.read<LiveObject>({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'edge-preview', namespace: NAMESPACE },
  });

export async function weightsNow(target: RunningTarget): Promise<Readonly<Record<string, number>>> {
  const route = await routeOf(target);
  return Object.fromEntries((route && weightsIn(route, `preview.${NAMESPACE}.svc.cluster.local`)) ?? []);
}

interface ReportedRollout {
  readonly service: string;
  readonly unattendedSeconds?: number;
}

/** The rollout of preview as `status` reports it. */
export async function openRollout(): Promise<ReportedRollout | undefined> {
  const { stdout } = await platform(['status', '--json', '--instance', instanceName()]);
  return (JSON.parse(stdout) as { readonly rollouts: readonly ReportedRollout[] }).rollouts.find(({ service }) => service === 'preview');
}
