import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { webhookChecks } from '../src/check/webhook/index.ts';
import type { MeshObject } from '../src/object.ts';
import { fixtures } from './support/fixtures.ts';
import { istioVerdicts } from './support/istio-verdict.ts';
import { mutants } from './support/mutants.ts';
import { compareVerdicts, type KindAgreement, parityTable } from './support/parity.ts';
import { Random } from './support/random.ts';

/** Built by `./platform test integration`. */
const program = process.env.ISTIO_VERDICT ?? '';
const KINDS = 15;
const MUTANTS = 400;

const all = await fixtures('parity');
const warns = new Set(webhookChecks.filter(({ severity }) => severity === 'warning').map(({ code }) => code));
const accepted = all.filter(({ finds }) => finds.every((code) => warns.has(code))).map(({ object }) => object);

async function compare(title: string, objects: readonly MeshObject[]): Promise<ReadonlyMap<string, KindAgreement>> {
  const kinds = compareVerdicts(objects, await istioVerdicts(program, objects));
  console.log(`${title}\n${parityTable(kinds)}`);
  expect([...kinds.values()].flatMap(({ errors, warnings }) => [...errors.unexplained, ...warnings.unexplained]).slice(0, 10)).toEqual([]);
  return kinds;
}

describe.skipIf(!program)('mesh check without a cluster', () => {
  it('decides as Istio does on 6,000 mutants of objects of every kind', async () => {
    const seeds = Map.groupBy(accepted, ({ kind }) => kind ?? '');
    const changed = [...seeds].flatMap(([, objects], index) => mutants(objects, MUTANTS, new Random(index)));
    const kinds = await compare('mutants', changed);
    expect(kinds.size).toBe(KINDS);
    for (const { errors } of kinds.values()) expect(errors.cases).toBe(MUTANTS);
  }, 60_000);

  it('decides as Istio does on each fixture', async () => {
    await compare(
      'fixtures',
      all.map(({ object }) => object),
    );
  });

  it("decides as Istio does on the cases of Istio's validation tests", async () => {
    const folder = dirname(program);
    const files = (await readdir(folder)).filter((name) => name.endsWith('-valid.yaml') || name.endsWith('-invalid.yaml')).sort();
    expect(files).toHaveLength(22);
    const cases = (await Promise.all(files.map(async (name) => loadAll(await readFile(join(folder, name), 'utf8'))))).flat();
    const objects = (cases as (MeshObject & { _err?: string })[]).filter((one) => one).map(({ _err, ...object }) => object);
    expect(objects.length).toBeGreaterThan(100);
    await compare("Istio's cases", objects);
  });
});
