import { allChecks } from '@mesh-platform/proofs';
import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { broken, type Change, failing, leavesAllAsItWas, tour, untilAllIsAnswered } from './support/broken-platform.ts';
import { platformObjects } from './support/platform-objects.ts';

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
});
afterAll(() => untilAllIsAnswered(target), 120_000);

describe('the tour', () => {
  it('shows that each check passes, and leaves the platform as it found it', { timeout: 500_000 }, async () => {
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
  });

  it('rejects the name of an unknown check, and lists the checks', async () => {
    const { status, stderr } = await platform(['--instance', instanceName(), 'tour', '--only', 'miracles']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('name one of: injection, identity')]);
  });
});

// A sample: endurance has the other checks.
it.each(['weights-50-50', 'discovery'])(
  'a tour that is interrupted in the middle of %s leaves the platform as it found it',
  (name) => leavesAllAsItWas(target, name),
  120_000,
);

const NETWORKING = 'networking.istio.io/v1';
const SECURITY = 'security.istio.io/v1';

interface Routes {
  readonly http: readonly { readonly route: readonly { readonly destination: { readonly subset?: string } }[] }[];
}

// A sample: endurance has the other checks.
describe('on a platform that was broken on purpose, a check fails', () => {
  it('plain-text and identity: where a proxy takes plain text', async () => {
    await broken(
      target,
      [SECURITY, 'PeerAuthentication', 'default'],
      () => ({ mtls: { mode: 'PERMISSIVE' } }),
      () => failing('plain-text'),
    );
    await broken(
      target,
      [SECURITY, 'PeerAuthentication', 'default'],
      () => ({ mtls: { mode: 'DISABLE' } }),
      () => failing('identity'),
    );
  }, 200_000);

  it('wrong-caller: where core allows every caller', async () => {
    await broken(
      target,
      [SECURITY, 'AuthorizationPolicy', 'core'],
      ({ spec }) => ({ ...spec, rules: [{}] }),
      () => failing('wrong-caller'),
    );
  }, 100_000);

  it('retries and timeouts: where the routes to core have none', async () => {
    const without: Change = ({ spec }) => ({
      ...spec,
      http: (spec as unknown as Routes).http.map((route) => ({ ...route, retries: { attempts: 0 }, timeout: '30s' })),
    });
    await broken(target, [NETWORKING, 'VirtualService', 'core'], without, () => failing('retries', 'timeouts'));
  }, 150_000);
});
