import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type KubernetesObject, type LiveObject, nameOf } from '@mesh-platform/kubernetes';
import { FIELD_MANAGER } from '@mesh-platform/mesh';
import type { Outcome } from '@mesh-platform/proofs';
import { checkout, type RunningTarget, waitFor } from '@mesh-platform/targets';
import { expect } from 'vitest';
import { NAMESPACE } from '../../../src/services/topology.ts';
import { instanceName, platform } from '../../support/platform.ts';
import { platformObjects } from './platform-objects.ts';

/** Runs the named checks of the tour, or all. */
export const tour = async (...names: readonly string[]): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const only of names.length > 0 ? names : [undefined]) {
    const { stdout } = await platform(['--instance', instanceName(), '--json', 'tour', ...(only ? ['--only', only] : [])]);
    outcomes.push(...(JSON.parse(stdout) as { checks: readonly Outcome[] }).checks);
  }
  return outcomes;
};

/** Runs one check and interrupts it as a user does, once it has changed something or, where it changes nothing, at its begin. */
async function interrupted(target: RunningTarget, name: string, before: Readonly<Record<string, unknown>>): Promise<number | null> {
  const child = spawn(process.execPath, [join(checkout, 'packages/cli/src/main.ts'), '--instance', instanceName(), 'tour', '--only', name]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let begun = false;
  let over = false;
  child.stdout.on('data', () => {
    begun = true;
  });
  void ended.then(() => {
    over = true;
  });
  const isChanged = async () => JSON.stringify(await platformObjects(target.cluster)) !== JSON.stringify(before);
  const changesNothing = ['retries', 'timeouts', 'impossible-version'].includes(name);
  const inTheMiddle = async () => over || (begun && (changesNothing || (await isChanged()))) || undefined;
  await waitFor(`the middle of ${name}`, inTheMiddle, { timeout: 30_000, every: 50 });
  child.kill('SIGINT');
  return ended;
}

/** A check that is interrupted leaves the platform as it found it. */
export async function leavesAllAsItWas(target: RunningTarget, name: string): Promise<void> {
  const before = await platformObjects(target.cluster);
  expect(await interrupted(target, name, before)).toBe(130);
  expect(await platformObjects(target.cluster)).toEqual(before);
}

export type Change = (object: LiveObject) => unknown;

/** Changes the spec of one object by hand for as long as the work takes, and restores it. */
export async function broken<T>(
  target: RunningTarget,
  [apiVersion, kind, name]: readonly [string, string, string],
  change: Change,
  work: () => Promise<T>,
): Promise<T> {
  const header = { apiVersion, kind, metadata: { name, namespace: NAMESPACE } };
  const found = await target.cluster.read<LiveObject>(header);
  if (!found) throw new Error(`there is no ${nameOf(header)}`);
  const { labels, annotations } = found.metadata ?? {};
  const as = (spec: unknown) =>
    ({
      ...header,
      metadata: { ...header.metadata, ...(labels && { labels }), ...(annotations && { annotations }) },
      spec,
    }) as KubernetesObject;
  await target.cluster.apply([as(change(structuredClone(found)))], FIELD_MANAGER);
  try {
    return await work();
  } finally {
    await target.cluster.apply([as(found.spec)], FIELD_MANAGER);
  }
}

/** Until the proxies have the change, a check may still pass. One after the other: several change the same routes. */
export async function failing(...names: readonly string[]): Promise<void> {
  const fails = async (name: string) => ((await tour(name))[0]?.result === 'fails' ? true : undefined);
  for (const name of names) await waitFor(`${name} to fail`, () => fails(name), { timeout: 45_000 });
}

/** A proxy that missed istiod reconnects in its own time, and keeps its previous routes until then. */
export async function untilAllIsAnswered(target: RunningTarget): Promise<void> {
  const statuses = async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${target.gatewayUrl}/`, { signal: AbortSignal.timeout(10_000) })),
    );
    await Promise.all(replies.map((reply) => reply.arrayBuffer()));
    return [...new Set(replies.map(({ status }) => status))];
  };
  await waitFor('each request to be answered', async () => ((await statuses()).join() === '200' ? true : undefined), { timeout: 90_000 });
}
