import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { type Clone, cloneOfCheckout } from './support/clone.ts';
import { readDocument, saveDocument } from './support/documents.ts';

const MINUTES = 60_000;
let target: RunningTarget;
let clone: Clone;
let document = '';

/** For the node of the tests: on its volume core has kept documents for long. */
beforeAll(async () => {
  target = await runningTarget();
  document = (await saveDocument(target.gatewayUrl, 'older than the service')).id;
  clone = await cloneOfCheckout();
}, 3 * MINUTES);

afterAll(async () => {
  const back = await platform(['up', '--instance', instanceName()]);
  await clone[Symbol.asyncDispose]();
  expect(back.status, back.stderr).toBe(0);
}, 5 * MINUTES);

const onNode = (...args: string[]) => clone.platform('--instance', instanceName(), ...args);
const kubectl = (...args: string[]) => onNode('tool', 'kubectl', '--', '--namespace', NAMESPACE, ...args);
const inPod = (service: string, script: string) =>
  kubectl('exec', `deployment/${service}-v1`, '--container', service, '--', 'node', '--input-type=module', '--eval', script);

/** What preview's pod hears of the service over HTTP. */
const asked = async (path: string) =>
  JSON.parse(await inPod('preview', `console.log(await (await fetch('http://my-cart:8080${path}')).text())`)) as unknown;

/** What a service's own role hears in each of two databases, from its own pod: `connected`, or an SQLSTATE. */
async function connectsTo(service: string): Promise<readonly string[]> {
  const script = `import pg from 'pg'; import { readFileSync } from 'node:fs';
    const password = readFileSync(process.env.PGPASSWORD_FILE, 'utf8');
    for (const database of ['documents', 'my_cart']) {
      const client = new pg.Client({ host: 'postgres', user: '${service}', password, database });
      await client.connect().then(() => console.log('connected'), ({ code }) => console.log(code));
      await client.end().catch(() => {});
    }`;
  return (await inPod(service, script)).trim().split('\n');
}

it(
  'new services keep what is theirs in databases of their own, on a volume that core has written, and go without taking it along',
  async () => {
    await clone.platform('new', 'service', 'my-till', '--protocol', 'grpc', '--postgres');
    await clone.platform('new', 'service', 'my-cart', '--postgres', '--calls', 'my-till', '--called-by', 'preview');
    const own = ['my-cart', 'my-till'].map((name) => `--filter=./apps/${name}`);
    await clone.run('node_modules/.bin/turbo', 'run', 'build', 'typecheck', ...own);
    const platforms = ['packages/cli/src/services', 'packages/cli/src/dev', 'packages/infra/src'];
    const unit = await clone.run('node_modules/.bin/vitest', 'run', '--project', 'unit', 'apps/my-cart', 'apps/my-till', ...platforms);
    expect(unit).toMatch(/Test Files .*passed/);
    await clone.run('node_modules/.bin/biome', 'check', 'apps', 'platform.mesh.ts', 'environments');

    await onNode('up'); // my-till is ready only with its database migrated
    const { greetings: before } = (await asked('/hello')) as { greetings: number };
    expect(before).toBeGreaterThan(0);
    expect(await asked('/hello')).toEqual({ hello: 'my-cart', version: 'v1', greetings: before + 1 });
    const { hops } = (await asked('/path')) as { hops: { service: string }[] };
    expect(hops.map(({ service }) => service)).toEqual(['my-cart', 'my-till']);
    expect(await readDocument(target.gatewayUrl, document)).toMatchObject({ title: 'older than the service' });

    expect(await connectsTo('core')).toEqual(['connected', '42501']);
    expect(await connectsTo('my-cart')).toEqual(['42501', 'connected']);

    const password = Buffer.from(await kubectl('get', 'secret', 'postgres-my-cart', '--output', 'jsonpath={.data.password}'), 'base64');
    expect(password.length).toBeGreaterThan(20);
    const printed = [
      await kubectl('get', 'deployments,statefulsets,pods,configmaps', '--output', 'yaml'),
      ...(await Promise.all(['deployment/my-cart-v1', 'statefulset/postgres'].map((pod) => kubectl('logs', pod, '--all-containers')))),
    ];
    for (const text of printed) expect(text).not.toContain(password.toString());

    await clone.platform('disconnect', 'preview', 'my-cart');
    const words = await clone.platform('remove', 'service', 'my-cart');
    expect(words).toContain('its database my_cart stays where it is');
    await clone.platform('remove', 'service', 'my-till');
    expect(await clone.run('git', 'status', '--porcelain')).toBe('');
    await onNode('up');
    expect(await kubectl('get', 'deployments', '--output', 'name')).not.toMatch(/my-/);
    expect(await readDocument(target.gatewayUrl, document)).toMatchObject({ title: 'older than the service' });

    await clone.platform('new', 'service', 'my-cart', '--postgres', '--called-by', 'preview');
    await onNode('up');
    expect(await asked('/hello')).toEqual({ hello: 'my-cart', version: 'v1', greetings: before + 2 });
  },
  20 * MINUTES,
);
