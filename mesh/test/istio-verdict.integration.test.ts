import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseObjects } from '../src/check/read-objects.ts';
import { allChecks, runChecks } from '../src/check/run-checks.ts';
import { webhookChecks } from '../src/check/webhook/index.ts';
import type { MeshObject } from '../src/object.ts';
import { fixtures } from './support/fixtures.ts';
import { type AnalysisMessage, istioAnalyses, istioVerdicts } from './support/istio-verdict.ts';
import { mutants } from './support/mutants.ts';
import { compareVerdicts, type KindAgreement, parityTable, reasons } from './support/parity.ts';
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

/** Errors of `istioctl analyze` that are none, and the reason. */
const mistaken: readonly { readonly why: string; readonly covers: (message: AnalysisMessage) => boolean }[] = [
  {
    why: 'it looks for a DestinationRule of that very host, and a rule for *.svc.cluster.local defines the subset',
    covers: ({ code, message }) => code === 'IST0101' && message.startsWith('Referenced host+subset in destinationrule not found'),
  },
  {
    why: 'it does not read the deprecated name of a Gateway, which istiod does',
    covers: ({ code, message }) => code === 'IST0101' && /^Referenced gateway not found: "\S+\.svc\.cluster\.local"/.test(message),
  },
  {
    why: 'the files describe nothing of the namespace where the Gateway is, so it may exist',
    covers: ({ code, message }) => code === 'IST0101' && message === 'Referenced gateway not found: "ingress/shared"',
  },
  {
    why: 'it reports each VirtualService of a host, also where protocols or exportTo keep them apart; MESH227 reports the later one',
    covers: ({ code }) => code === 'IST0109',
  },
  {
    why: 'it reports the first of two Telemetries; MESH407 reports the later one',
    covers: ({ code }) => code === 'IST0160',
  },
];

describe.skipIf(!program)('mesh check without a cluster', () => {
  it('decides as Istio does on 6,000 mutants of objects of every kind', async () => {
    const seeds = Map.groupBy(accepted, ({ kind }) => kind ?? '');
    const changed = [...seeds].flatMap(([, objects], index) => mutants(objects, MUTANTS, new Random(index)));
    const kinds = await compare('mutants', changed);
    expect(kinds.size).toBe(KINDS);
    for (const { errors } of kinds.values()) expect(errors.cases).toBe(MUTANTS);
  }, 120_000);

  it('decides as Istio does on each fixture', async () => {
    await compare(
      'fixtures',
      all.map(({ object }) => object),
    );
  });

  it('differs from Istio only for the reasons that it has', async () => {
    const made = (apiVersion: string, kind: string, spec: object) => ({ apiVersion, kind, metadata: { name: 'differs' }, spec });
    const patch = (value: object) => ({ configPatches: [{ applyTo: 'CLUSTER', patch: { operation: 'MERGE', value } }] });
    const kinds = await compare('differences', [
      made('networking.istio.io/v1alpha3', 'EnvoyFilter', patch({ connect_timeout: 'soon' })),
      made('networking.istio.io/v1alpha3', 'EnvoyFilter', patch({ connect_timeout: '1s' })),
      made('security.istio.io/v1', 'RequestAuthentication', { jwtRules: [{ issuer: 'a', jwks: '{"keys":[]}.' }] }),
      made('networking.istio.io/v1', 'VirtualService', {
        hosts: ['a'],
        http: [{ route: [{ destination: { host: 'a' } }], fault: { abort: {} } }],
      }),
    ]);
    const found = [...kinds.values()].flatMap(({ errors, warnings }) => [...errors.explained, ...warnings.explained]);
    expect(found.sort()).toEqual([...reasons].sort());
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

  it('finds an error in each object where istioctl analyze does, in the fixtures of the rules', async () => {
    const folder = new URL('fixtures/rules/', import.meta.url);
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml')).sort();
    const sets = await Promise.all(files.map(async (name) => parseObjects(await readFile(new URL(name, folder), 'utf8'), name)));
    const analyses = await istioAnalyses(program, sets);
    const errors = analyses.map((messages) => messages.filter(({ level }) => level === 'Error'));
    expect(errors.flat().length).toBeGreaterThan(5);
    const missed = sets.flatMap((objects, index) => {
      const found = new Set(runChecks({ objects }, allChecks).flatMap(({ severity, object }) => (severity === 'error' ? [object] : [])));
      const unknown = (errors[index] ?? []).filter(
        (message) => !found.has(message.object) && !mistaken.some(({ covers }) => covers(message)),
      );
      return unknown.map(({ code, object, message }) => `${files[index]}: ${code} ${object} ${message}`);
    });
    expect(missed).toEqual([]);
  });
});
