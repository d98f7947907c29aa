import { join } from 'node:path';
import { readManifest } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { expect, it } from 'vitest';
import { readBlocks, readModule, terraformFolder } from '../../hcl/terraform-module.ts';
import { istioChecks, type Rendered } from './istio.checks.ts';

const rendered = async (environment: string) =>
  (await readManifest(join(checkout, 'infra/istio', environment, 'rendered.yaml'))) as unknown as readonly Rendered[];
const eks = await rendered('eks');
const edge = await readModule(join(terraformFolder, 'modules/edge'));
const found = (objects: readonly Rendered[], module = edge) =>
  istioChecks.flatMap(({ code, find }) => find(objects, module).map((message) => `${code} ${message}`));

/** The rendered objects with one text in the place of another. */
function edited(from: string | RegExp, to: string): readonly Rendered[] {
  const text = JSON.stringify(eks);
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing matches ${from}`);
  return JSON.parse(changed);
}

it('finds nothing in Istio as it is rendered for EKS', () => {
  expect(found(eks)).toEqual([]);
});

it.each([
  [
    'a pod that ends before its successor is ready',
    '"maxSurge":1,"maxUnavailable":0',
    '"maxSurge":1,"maxUnavailable":"25%"',
    'AWS309 maxUnavailable is 25%',
  ],
  [
    'a pod that is ready before it is a target',
    '"elbv2.k8s.aws/pod-readiness-gate-inject":"enabled"',
    '"x":"y"',
    'AWS309 istio-ingress asks for no',
  ],
  ['a pod that goes while connections still come', '"sleep":{"seconds":120}', '"sleep":{"seconds":5}', 'AWS309 preStop waits 5 s'],
  [
    'a drain shorter than the deregistration',
    '"terminationDrainDuration: 30s"',
    '"terminationDrainDuration: 10s"',
    'AWS309 the gateway drains for 10 s',
  ],
  [
    'a pod that is killed while it drains',
    '"terminationGracePeriodSeconds":180',
    '"terminationGracePeriodSeconds":150',
    'AWS309 the pod is killed after 150 s',
  ],
  ['a repair in place', '"REPAIR_REPAIR_PODS":"false"', '"REPAIR_REPAIR_PODS":"true"', 'AWS312 REPAIR_REPAIR_PODS is on'],
  ['no repair', '"REPAIR_DELETE_PODS":"true"', '"REPAIR_DELETE_PODS":"false"', 'AWS312 REPAIR_DELETE_PODS is off'],
])('finds %s', (_, from, to, message) => {
  const messages = found(edited(from, to));
  expect(messages.length).toBeGreaterThan(0);
  expect(messages.filter((one) => !one.startsWith(message))).toEqual([]);
});

it('finds a target group that keeps connections longer than the gateway drains', async () => {
  const group = await readBlocks('main.tf', 'resource "aws_lb_target_group" "gateway" {\n  deregistration_delay = 60\n}');
  expect(found(eks, { folder: '.', blocks: group })).toEqual([expect.stringContaining('keeps its connections for 60 s')]);
});

it('Istio on any other cluster repairs no pod in place either', async () => {
  expect(found(await rendered('cluster')).filter((message) => message.startsWith('AWS312'))).toEqual([]);
});
