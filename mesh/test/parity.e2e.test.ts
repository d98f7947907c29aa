import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaChecks } from '../src/check/schema/index.ts';
import { webhookChecks } from '../src/check/webhook/index.ts';
import type { MeshObject } from '../src/object.ts';
import { connect, deleteNamespace, removeNamespace } from './support/cluster.ts';
import { fixtures } from './support/fixtures.ts';
import { mutants } from './support/mutants.ts';
import { Random } from './support/random.ts';

const AT_ONCE = 8;
const NAMESPACE = 'mesh-parity';

const all = await fixtures('parity');
const errors = [...schemaChecks, ...webhookChecks].filter(({ severity }) => severity !== 'warning');
const changed = mutants(
  all.filter(({ finds }) => finds.length === 0).map(({ object }) => object),
  200,
  new Random(1),
);
/** The error of the API server for each object; undefined where it accepted the object. */
const answers = new Map<MeshObject, string | undefined>();

const cluster = connect();

beforeAll(async () => {
  await removeNamespace(cluster, NAMESPACE);
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }], 'parity');
  const queue = [...all.map(({ object }) => object), ...changed];
  const worker = async () => {
    for (let object = queue.shift(); object; object = queue.shift()) answers.set(object, await cluster.dryRun(object));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
});

afterAll(() => deleteNamespace(cluster, NAMESPACE));

function expectSameVerdict(object: MeshObject): void {
  const found = errors.flatMap(({ code, find }) => find({ objects: [object] }).map(({ path, message }) => `${code} ${path}: ${message}`));
  const answer = answers.get(object);
  const verdicts = `the API server: ${answer ?? 'accepted'}; the check: ${found.join('; ') || 'accepted'}; ${JSON.stringify(object.spec)}`;
  expect(found.length > 0, verdicts).toBe(answer !== undefined);
}

describe('the verdict of a check without a cluster', () => {
  it.each(all)('matches the API server for $title', ({ object }) => {
    expectSameVerdict(object);
  });

  it('matches the API server for random mutations of objects', () => {
    expect(changed.length).toBeGreaterThan(100);
    for (const object of changed) expectSameVerdict(object);
  });

  it('was compared with istiod too, for each kind that its webhook rejects on its own', () => {
    const byWebhook = all.filter(({ object }) => answers.get(object)?.includes('validation.istio.io')).map(({ object }) => object.kind);
    expect(new Set(byWebhook)).toEqual(new Set(all.map(({ object }) => object.kind).filter((kind) => kind !== 'ProxyConfig')));
  });
});
