import { expect, it } from 'vitest';
import { CRDS, crdViolations, servedKinds } from '../crds/crds.ts';
import { argoCd, flux } from './gitops.ts';

const place = {
  environment: 'eks-dev',
  cluster: 'shop-dev',
  namespace: 'shop',
  repository: 'https://github.com/example/shop',
  hasDatabaseRole: true,
};

it('the schemas are those of the pinned CRDs', () => {
  expect(new Set(servedKinds().map(({ module }) => module)), 'run node packages/infra/scripts/crds.ts').toEqual(
    new Set(CRDS.map(({ module }) => module)),
  );
});

it.each([
  ['Argo CD', argoCd],
  ['Flux', flux],
])('the CRDs of %s admit its objects, with a database role and without one', (_, objectsOf) => {
  for (const hasDatabaseRole of [true, false])
    expect(objectsOf({ ...place, hasDatabaseRole }).flatMap((object) => crdViolations(object))).toEqual([]);
});

it('a field that no CRD has, and one that is missing, are violations', () => {
  const [, kustomization] = flux(place);
  const { prune: _, ...spec } = (kustomization as unknown as { spec: { prune: boolean } }).spec;
  expect(crdViolations({ ...kustomization, spec: { ...spec, ignored: true } } as never)).toEqual([
    'spec.prune: it is missing',
    'spec.ignored: there is no such field',
  ]);
});

it('the services wait for the roles of the database', () => {
  const [, role, platform] = flux(place) as unknown as { metadata: { name: string }; spec: { dependsOn?: { name: string }[] } }[];
  expect(platform?.spec.dependsOn).toEqual([{ name: role?.metadata.name }]);
  const [application] = argoCd(place) as unknown as { spec: { sources: { kustomize: { patches: { patch: string }[] } }[] } }[];
  expect(application?.spec.sources[0]?.kustomize.patches.map(({ patch }) => patch).join('')).toContain('sync-wave: "-1"');
});
