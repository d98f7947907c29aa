import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type KubernetesObject, type LiveObject, nameOf } from '@mesh-platform/kubernetes';
import { FIELD_MANAGER } from '@mesh-platform/mesh';
import { allChecks, type Outcome } from '@mesh-platform/proofs';
import { checkout, type RunningTarget, waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { platformObjects } from './support/platform-objects.ts';
import { seeded, seedOfRun } from './support/seeded.ts';

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
});

const tour = async (...names: readonly string[]): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const only of names.length > 0 ? names : [undefined]) {
    const { stdout } = await platform(['--instance', instanceName(), '--json', 'tour', ...(only ? ['--only', only] : [])]);
    outcomes.push(...(JSON.parse(stdout) as { checks: readonly Outcome[] }).checks);
  }
  return outcomes;
};

describe('the tour', () => {
  it('shows that each check passes, and leaves the platform as it found it', async () => {
    const before = await platformObjects(target.cluster);
    const outcomes = await tour();
    expect(outcomes.filter(({ result }) => result !== 'passes')).toEqual([]);
    expect(outcomes.map(({ name }) => name)).toEqual(allChecks.map(({ name }) => name));
    for (const { lines } of outcomes) expect(lines.length).toBeGreaterThan(0);
    const does = Object.fromEntries(outcomes.map((outcome) => [outcome.name, outcome.does]));
    expect(does).toMatchObject({
      injection: expect.stringContaining('the service account preview starts, and calls web'),
      'wrong-caller': expect.stringContaining('calls postgres and core, which preview must not'),
      retries: expect.stringContaining('web’s proxy retries at most twice'),
      timeouts: expect.stringContaining('core waits'),
      'istiod-unavailable': expect.stringContaining('preview, web, and core'),
    });
    expect(await platformObjects(target.cluster)).toEqual(before);
  }, 300_000);

  it('rejects the name of an unknown check, and lists the checks', async () => {
    const { status, stderr } = await platform(['--instance', instanceName(), 'tour', '--only', 'miracles']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('name one of: injection, identity')]);
  });
});

/** Runs one check and interrupts it as a user does, once it has changed something or, where it changes nothing, at its begin. */
async function interrupted(name: string, before: Readonly<Record<string, unknown>>): Promise<number | null> {
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

/** Three of them here; `ALL_CHECKS=1` takes each. */
const random = seeded(seedOfRun());
const names = allChecks.map(({ name }) => name);
const sample = process.env.ALL_CHECKS ? names : names.toSorted(() => random() - 0.5).slice(0, 3);

describe('a tour that is interrupted', () => {
  it.each(sample)(
    'in the middle of %s leaves the platform as it found it',
    async (name) => {
      const before = await platformObjects(target.cluster);
      expect(await interrupted(name, before)).toBe(130);
      expect(await platformObjects(target.cluster)).toEqual(before);
    },
    120_000,
  );
});

type Change = (object: LiveObject) => unknown;

/** Changes the spec of one object by hand for as long as the work takes, and restores it. */
async function broken<T>(apiVersion: string, kind: string, name: string, change: Change, work: () => Promise<T>): Promise<T> {
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
async function failing(...names: readonly string[]): Promise<void> {
  const fails = async (name: string) => ((await tour(name))[0]?.result === 'fails' ? true : undefined);
  for (const name of names) await waitFor(`${name} to fail`, () => fails(name), { timeout: 45_000 });
}

/** istiod was unavailable last, and proxies reconnect in their own time: until then they keep their previous routes. */
afterAll(async () => {
  const statuses = async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${target.gatewayUrl}/`, { signal: AbortSignal.timeout(10_000) })),
    );
    await Promise.all(replies.map((reply) => reply.arrayBuffer()));
    return [...new Set(replies.map(({ status }) => status))];
  };
  await waitFor('each request to be answered', async () => ((await statuses()).join() === '200' ? true : undefined), { timeout: 90_000 });
}, 120_000);

const NETWORKING = 'networking.istio.io/v1';
const SECURITY = 'security.istio.io/v1';

interface Routes {
  readonly http: readonly { readonly route: readonly { readonly destination: { readonly subset?: string } }[] }[];
}

describe('on a platform that was broken on purpose, a check fails', () => {
  it('injection: where the namespace has no injection', async () => {
    const label = (value: string) =>
      target.cluster.apply(
        [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels: { 'istio-injection': value } } }],
        'tour-test',
      );
    await label('disabled');
    try {
      await failing('injection');
    } finally {
      await label('enabled');
    }
  }, 100_000);

  it('plain-text and identity: where a proxy takes plain text', async () => {
    await broken(
      SECURITY,
      'PeerAuthentication',
      'default',
      () => ({ mtls: { mode: 'PERMISSIVE' } }),
      () => failing('plain-text'),
    );
    await broken(
      SECURITY,
      'PeerAuthentication',
      'default',
      () => ({ mtls: { mode: 'DISABLE' } }),
      () => failing('identity'),
    );
  }, 200_000);

  it('wrong-caller: where core allows every caller', async () => {
    await broken(
      SECURITY,
      'AuthorizationPolicy',
      'core',
      ({ spec }) => ({ ...spec, rules: [{}] }),
      () => failing('wrong-caller'),
    );
  }, 100_000);

  it('discovery: where a policy denies the newcomer', async () => {
    const deny = {
      apiVersion: SECURITY,
      kind: 'AuthorizationPolicy',
      metadata: { name: 'deny-newcomers', namespace: NAMESPACE },
      spec: { selector: { matchLabels: { app: 'proof-greeter' } }, action: 'DENY', rules: [{}] },
    } as KubernetesObject;
    await target.cluster.apply([deny], 'tour-test');
    try {
      await failing('discovery');
    } finally {
      await target.cluster.delete(deny);
    }
  }, 150_000);

  it('retries and timeouts: where the routes to core have none', async () => {
    const without: Change = ({ spec }) => ({
      ...spec,
      http: (spec as unknown as Routes).http.map((route) => ({ ...route, retries: { attempts: 0 }, timeout: '30s' })),
    });
    await broken(NETWORKING, 'VirtualService', 'core', without, () => failing('retries', 'timeouts'));
  }, 150_000);

  it('weights: where the subset v2 selects the pods of v1', async () => {
    const same: Change = ({ spec }) => ({ ...spec, subsets: ['v1', 'v2'].map((name) => ({ name, labels: { version: 'v1' } })) });
    await broken(NETWORKING, 'DestinationRule', 'preview', same, () => failing('weights-80-20', 'weights-50-50', 'weights-0-100'));
  }, 250_000);

  it('impossible-version and istiod-unavailable: where a route leads to a missing version', async () => {
    const lost: Change = ({ spec }) => JSON.parse(JSON.stringify(spec).replaceAll('"subset":"v2"', '"subset":"v9"'));
    await broken(NETWORKING, 'VirtualService', 'edge-preview', lost, () => failing('impossible-version', 'istiod-unavailable'));
  }, 250_000);
});
