import { join } from 'node:path';
import { readManifest } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { expect, it } from 'vitest';
import { readModule, type TerraformModule, terraformFolder } from '../../hcl/terraform-module.ts';
import { ACCESS_LOG, unlogged } from './access-log.check.ts';
import type { Rendered } from './istio.checks.ts';

const objects = (await readManifest(join(checkout, 'infra/istio/eks/rendered.yaml'))) as unknown as readonly Rendered[];
const [cluster, alarms] = await Promise.all(['cluster', 'alarms'].map((name) => readModule(join(terraformFolder, 'modules', name))));
if (!cluster || !alarms) throw new Error('no modules');

/** With one text in the place of another, everywhere. */
const edited = <T extends TerraformModule | readonly Rendered[]>(value: T, from: string, to: string): T => {
  const text = JSON.stringify(value);
  expect(text).toContain(from);
  return JSON.parse(text.replaceAll(from, to));
};

it('the filters of the gateway’s responses read what its access log has', () => {
  expect(unlogged({ objects, cluster, alarms }), ACCESS_LOG.hint).toEqual([]);
});

it.each([
  [
    'a field that was renamed in the log',
    () => ({ objects: edited(objects, 'status\\":\\"%RESPONSE_CODE%', 'code\\":\\"%RESPONSE_CODE%') }),
    'reads data.status',
  ],
  ['another key of Fluent Bit', () => ({ cluster: edited(cluster, 'mergeLogKey', 'otherKey') }), 'reads data.status'],
  ['a misspelt field', () => ({ alarms: edited(alarms, '$.data.status', '$.data.statuscode') }), 'reads data.statuscode'],
  [
    'a number as a text',
    () => ({ alarms: edited(alarms, '$.data.status >= ', '$.data.status = \\"5*\\" || ') }),
    'compares data.status with a text',
  ],
  ['another namespace', () => ({ alarms: edited(alarms, 'istio-ingress', 'ingress') }), 'the gateway is in istio-ingress'],
])('finds %s', (_, change, message) => {
  const found = unlogged({ objects, cluster, alarms, ...change() });
  expect(found).toEqual([expect.stringContaining(message)]);
});
