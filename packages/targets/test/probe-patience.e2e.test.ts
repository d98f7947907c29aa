import type { KubernetesObject, Pod } from '@mesh-platform/kubernetes';
import { afterAll, expect, it } from 'vitest';
import { probePatience } from '../src/embedded/probe-patience.ts';
import { EmbeddedTarget, waitFor } from '../src/index.ts';

const policies = probePatience(12);
const probe = { tcpSocket: { port: 80 } };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'patient', namespace: 'default' },
  spec: {
    initContainers: [
      { name: 'proxy', image: 'any', restartPolicy: 'Always', startupProbe: { ...probe, failureThreshold: 600, periodSeconds: 1 } },
    ],
    containers: [
      { name: 'app', image: 'any', livenessProbe: { ...probe, timeoutSeconds: 60 } },
      { name: 'plain', image: 'any' },
    ],
  },
} as KubernetesObject;

const running = async () => {
  const found = await new EmbeddedTarget(process.env.PLATFORM_INSTANCE ?? '', { namespace: 'any' }).find();
  if (!found) throw new Error('run these tests with ./platform test e2e');
  return found;
};

afterAll(async () => {
  const { cluster } = await running();
  for (const policy of policies.toReversed()) await cluster.delete(policy);
});

it('the API server gives the probes of every new pod at least the time that the factor asks for', async () => {
  const { cluster } = await running();
  await cluster.apply(policies, 'probe');
  const patient = async () => {
    const { spec } = (await cluster.applyOne(pod, 'probe', { dryRun: true })) as Pod;
    return JSON.stringify(spec?.initContainers).includes('"timeoutSeconds":36') ? spec : undefined;
  };
  const spec = await waitFor('the policy to take effect', patient, { timeout: 30_000 });
  expect(spec?.initContainers?.[0]?.startupProbe).toMatchObject({ timeoutSeconds: 36, periodSeconds: 3, failureThreshold: 720 });
  expect(spec?.containers?.[0]?.livenessProbe).toMatchObject({ timeoutSeconds: 60, periodSeconds: 10, failureThreshold: 36 });
  expect(spec?.containers?.[1]).not.toHaveProperty('livenessProbe');
});
