import { describe, expect, it } from 'vitest';
import { fixtures } from '../../../test/support/fixtures.ts';
import { webhookChecks } from '../webhook/index.ts';
import { schemaChecks } from './index.ts';

const all = [...(await fixtures('parity')), ...(await fixtures('schema'))];
const checks = [...schemaChecks, ...webhookChecks];

describe('checks of one object', () => {
  it.each(all)('find in $title what it shows', ({ object, finds }) => {
    const found = checks.filter((check) => check.find({ objects: [object] }).length > 0).map(({ code }) => code);
    expect(found).toEqual(finds);
  });

  // The object of MESH195 is larger than a file of fixtures: http-actions.test.ts makes it.
  it.each(checks.filter(({ code }) => code !== 'MESH195'))('show $code in a file that breaks it', ({ code }) => {
    expect(all.filter(({ finds }) => finds.includes(code))).not.toEqual([]);
  });

  it.each(['xnetworking.istio.io/v1', 'networking.istio.io.example/v1', 'v1'])(
    'read no VirtualService of the group of %s',
    (apiVersion) => {
      const object = { apiVersion, kind: 'VirtualService', metadata: { name: 'web' }, spec: { hosts: ['web'], http: [{ route: [{}] }] } };
      expect(checks.flatMap((check) => check.find({ objects: [object] }))).toEqual([]);
    },
  );

  it('name the object, the place, what is wrong and the hint', () => {
    const object = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'web', namespace: 'platform' },
      spec: { hosts: ['web'], http: [{ route: [{ destination: { host: 'web' } }], timeout: '2 seconds', headers: { 'x-a': {} } }] },
    };
    expect(checks.flatMap((check) => check.find({ objects: [object] }))).toEqual([
      {
        object: 'VirtualService platform/web',
        path: 'spec.http[0].headers["x-a"]',
        message: 'there is no such field',
        hint: 'remove it, or write one of request, response',
      },
      {
        object: 'VirtualService platform/web',
        path: 'spec.http[0].timeout',
        message: 'must be a valid duration greater than 1ms',
        hint: 'write a number with ms, s, m or h, such as 600ms or 1m30s; at least 1ms',
      },
    ]);
  });

  it.each([
    [{ generateName: 'web-' }, []],
    [{ name: 'web' }, []],
    [{}, ['metadata.name']],
  ])('accept the metadata %j except for %j', (metadata, paths) => {
    const object = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata, spec: {} };
    expect(checks.flatMap((check) => check.find({ objects: [object] })).map(({ path }) => path)).toEqual(paths);
  });

  it('skip kinds without a vendored CRD', () => {
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { anything: true } };
    expect(checks.flatMap((check) => check.find({ objects: [object] }))).toEqual([]);
  });
});
