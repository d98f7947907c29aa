import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { preferredVersion, readCrds } from '../scripts/crds.ts';
import { generate } from '../scripts/generate.ts';
import * as kinds from './kinds.ts';

const constructors: Readonly<Record<string, unknown>> = kinds;

describe('kinds', () => {
  it('match the vendored CustomResourceDefinitions', async () => {
    for (const [name, text] of await generate()) {
      const committed = await readFile(new URL(`generated/${name}`, import.meta.url), 'utf8');
      expect(committed === text, `mesh/src/generated/${name} is not what npm run generate -w mesh writes`).toBe(true);
    }
  });

  it('have a constructor each, of the version to write', async () => {
    for (const crd of await readCrds()) {
      const { group, names } = crd.spec;
      const construct = constructors[names.kind.replace(/^./, (letter) => letter.toLowerCase())];
      expect(construct, names.kind).toBeTypeOf('function');
      const object = (construct as (metadata: kinds.Metadata, spec: object) => object)({ name: 'a', namespace: 'b' }, {});
      expect(object).toMatchObject({ apiVersion: `${group}/${preferredVersion(crd).name}`, kind: names.kind });
    }
  });

  it('begin with apiVersion and kind', () => {
    const object = kinds.peerAuthentication({ name: 'default', namespace: 'platform' }, { mtls: { mode: 'STRICT' } });
    expect(JSON.stringify(object)).toBe(
      '{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"default","namespace":"platform"},"spec":{"mtls":{"mode":"STRICT"}}}',
    );
  });
});
