import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { allChecks } from '@mesh-platform/proofs';
import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';
import { broken, type Change, failing, leavesAllAsItWas, untilAllIsAnswered } from './support/broken-platform.ts';

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
});
afterAll(() => untilAllIsAnswered(target), 120_000);

it.each(allChecks.map(({ name }) => name))(
  'a tour that is interrupted in the middle of %s leaves the platform as it found it',
  (name) => leavesAllAsItWas(target, name),
  120_000,
);

const NETWORKING = 'networking.istio.io/v1';
const SECURITY = 'security.istio.io/v1';

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

  it('weights: where the subset v2 selects the pods of v1', async () => {
    const same: Change = ({ spec }) => ({ ...spec, subsets: ['v1', 'v2'].map((name) => ({ name, labels: { version: 'v1' } })) });
    await broken(target, [NETWORKING, 'DestinationRule', 'preview'], same, () =>
      failing('weights-80-20', 'weights-50-50', 'weights-0-100'),
    );
  }, 250_000);

  it('impossible-version and istiod-unavailable: where a route leads to a missing version', async () => {
    const lost: Change = ({ spec }) => JSON.parse(JSON.stringify(spec).replaceAll('"subset":"v2"', '"subset":"v9"'));
    await broken(target, [NETWORKING, 'VirtualService', 'edge-preview'], lost, () => failing('impossible-version', 'istiod-unavailable'));
  }, 250_000);
});
