import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject, LiveObject } from '@mesh-platform/kubernetes';
import type { RunningTarget } from '@mesh-platform/targets';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { versionsOf } from '../src/services/service-versions.ts';
import { localEnvironment, NAMESPACE } from '../src/services/topology.ts';
import { instanceName, platform, runningTarget } from './support/platform.ts';

const versions = versionsOf((await localEnvironment()).environment.mesh);
let target: RunningTarget;
let folder = '';
const skaffold = (...args: readonly string[]) => platform(['--instance', instanceName(), 'tool', 'skaffold', '--', ...args]);

beforeAll(async () => {
  target = await runningTarget();
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-skaffold-'));
  const built = await skaffold('version'); // compiled at the first use, which takes minutes on a machine without its cache
  expect(built.status, built.stderr).toBe(0);
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('skaffold render', () => {
  it.each([
    ['the default', '-embedded'],
    ['embedded', 'embedded'],
    ['eks-dev', 'eks-dev,-embedded'],
  ])(
    'of the profile %s is what a real API server accepts',
    async (_name, profiles) => {
      const file = join(folder, 'rendered.yaml');
      const { status, stderr } = await skaffold(
        'render',
        '--profile',
        profiles,
        '--digest-source=none',
        '--offline=true',
        '--output',
        file,
      );
      expect(status, stderr).toBe(0);
      const objects = (loadAll(await readFile(file, 'utf8')) as (KubernetesObject | null)[]).filter((object) => object !== null);
      expect(objects.filter(({ kind }) => kind === 'Deployment')).toHaveLength(versions.length);
      for (const object of objects) await target.cluster.applyOne(object, 'skaffold-test', { dryRun: true, force: true });
    },
    120_000,
  );
});

interface Deployment extends LiveObject {
  readonly spec?: { readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } } };
}

it('skaffold run builds, pushes and deploys the services and applies the policies; skaffold delete leaves Postgres and its documents', async () => {
  // #region samples
  const { readDocument, saveDocument } = await import('./samples/support/documents.ts');
  const saved = await saveDocument(target.gatewayUrl, 'outlives skaffold');
  // #endregion samples
  try {
    const run = await skaffold('run');
    expect(run.status, run.stderr).toBe(0);
    const deployments = await target.cluster.list<Deployment>('apps/v1', 'Deployment', NAMESPACE);
    const images = deployments.flatMap(({ spec }) => spec?.template.spec.containers.map(({ image }) => image) ?? []);
    expect(images).toHaveLength(versions.length);
    for (const image of images) expect(image).toMatch(new RegExp(`^${target.registry}/localhost_mesh-platform_[a-z-]+-v\\d:.*@sha256:`));
    // #region samples
    expect((await fetch(`${target.gatewayUrl}/api/path`)).status).toBe(200);
    // #endregion samples
    const plan = await platform(['--instance', instanceName(), 'mesh', 'plan', '--detailed-exitcode']);
    expect(plan.status, plan.stdout).toBe(0);

    const removed = await skaffold('delete');
    expect(removed.status, removed.stderr).toBe(0);
    expect(await target.cluster.list('apps/v1', 'Deployment', NAMESPACE)).toEqual([]);
    expect(await target.cluster.list('apps/v1', 'StatefulSet', NAMESPACE)).toHaveLength(1);
  } finally {
    const up = await platform(['up', '--instance', instanceName()]);
    expect(up.status, up.stderr).toBe(0);
  }
  // #region samples
  expect(await readDocument(target.gatewayUrl, saved.id)).toMatchObject({ title: 'outlives skaffold' });
  // #endregion samples
}, 400_000);
