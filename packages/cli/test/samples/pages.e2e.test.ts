import { globSync } from 'node:fs';
import { GATEWAY } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { copyOfCheckout } from './support/checkout-copy.ts';
import { follow, isAsExpected } from './support/page.ts';

const atGateway = (apiVersion: string, kind: string, name: string) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: GATEWAY.namespace },
});
const madeByPages = [
  atGateway('security.istio.io/v1', 'RequestAuthentication', 'end-users'),
  atGateway('security.istio.io/v1', 'AuthorizationPolicy', 'end-users'),
  atGateway('networking.istio.io/v1alpha3', 'EnvoyFilter', 'rate-limit'),
];

let copy: Awaited<ReturnType<typeof copyOfCheckout>>;
beforeAll(async () => {
  copy = await copyOfCheckout();
});
afterAll(async () => {
  for (const made of madeByPages) await (await runningTarget()).cluster.delete(made); // a page that failed has not taken them away
  await platform(['mesh', 'apply', '--yes', '--instance', instanceName()]); // as the checkout has it again
  await copy?.remove();
}, 180_000);

it.each(globSync('docs/how-to/*.md', { cwd: checkout }).sort())(
  '%s: its commands print the output that it shows',
  (page) => follow(page, { folder: copy.folder, platform: `./platform --instance ${instanceName()}` }),
  120_000,
);

it('output that differs from a page is reported: another word, an extra line, a missing line', () => {
  expect(isAsExpected('a 1\nb\n', ['a …', 'b'])).toBe(true);
  expect(isAsExpected('a 1\nx\ny\nb\n', ['a …', '…', 'b'])).toBe(true);
  expect(isAsExpected('a 1\nc\n', ['a …', 'b'])).toBe(false);
  expect(isAsExpected('a 1\nb\nc\n', ['a …', 'b'])).toBe(false);
  expect(isAsExpected('a 1\n', ['a …', 'b'])).toBe(false);
});
