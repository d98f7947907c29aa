import { expect, test } from 'vitest';
import { probePatience } from './probe-patience.ts';

test('does not change the probes of pods on a machine of usual speed', () => {
  expect(probePatience(1)).toEqual([]);
  expect(probePatience(0.5)).toEqual([]);
});

test('raises time limits and failure thresholds to the least that the factor asks for', () => {
  const [policy, binding] = probePatience(2.5);
  expect(JSON.stringify(policy?.spec)).toContain('timeoutSeconds: c.livenessProbe.timeoutSeconds < 8 ? 8 : c.livenessProbe.timeoutSeconds');
  expect(JSON.stringify(policy?.spec)).toContain('failureThreshold: c.startupProbe.failureThreshold < 150 ? 150 :');
  expect(JSON.stringify(policy?.spec)).toContain('periodSeconds: c.readinessProbe.periodSeconds < 1 ? 1 :');
  expect(binding?.spec).toEqual({ policyName: policy?.metadata?.name });
});
