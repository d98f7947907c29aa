import { expect, test } from 'vitest';
import { affectedBy } from './affected.ts';

const workspaces = [
  { folder: 'apps/web', needs: ['packages/kit'] },
  { folder: 'packages/kit', needs: [] },
  { folder: 'packages/prose', needs: [] },
  { folder: 'packages/cli', needs: ['packages/kit', 'packages/view'] },
  { folder: 'packages/view', needs: [] },
];
const affected = (...paths: string[]) => Object.fromEntries(affectedBy(paths, workspaces));

test('a source affects its workspace, those that need it, and all that runs on a cluster', () => {
  const folders = ['packages/cli/', 'packages/view/'];
  expect(affected('packages/view/src/server.ts')).toEqual({
    ...{ unit: folders, integration: folders, fuzz: folders, machine: folders },
    ...{ e2e: 'all', load: 'all' },
  });
});

test('a source that no pod and no command is made of affects no cluster', () => {
  const folders = ['packages/prose/'];
  expect(affected('packages/prose/src/rules.ts')).toEqual({ unit: folders, integration: folders, fuzz: folders, machine: folders });
});

test('a test affects only itself, and what a folder of tests shares each test in it', () => {
  expect(affected('packages/view/src/server.test.ts')).toEqual({ unit: ['packages/view/src/server.test.ts'] });
  const e2e = 'packages/cli/test/clean.e2e.test.ts';
  expect(affected(e2e)).toEqual({ unit: [], e2e: [e2e] });
  expect(affected('packages/cli/test/support/platform.ts', e2e).e2e).toEqual([e2e, 'packages/cli/test/'].sort());
  expect(affected('packages/cli/test/dev.guide.test.ts')).toEqual({ unit: [] }); // guide runs where it is asked for
});

test('a page affects the tests that read texts, and a task page the one that executes it', () => {
  expect(affected('README.md')).toEqual({ unit: ['packages/cli/src'] });
  expect(affected('docs/how-to/observe.md').e2e).toEqual(['packages/cli/test/samples/pages.e2e.test.ts']);
});

test('infra/, its package and what that needs affect its suite', () => {
  const more = [...workspaces, { folder: 'packages/infra', needs: ['packages/prose'] }];
  expect(affectedBy(['packages/prose/src/rules.ts'], more).get('infra')).toBe('all');
  expect(affected('infra/terraform/modules/network/main.tf')).toEqual({ unit: ['packages/infra'], infra: 'all' });
});

test.each(['package-lock.json', 'platform.mesh.ts', 'deploy/local/web.yaml', 'vitest.config.ts'])('%s affects everything', (path) => {
  expect(new Set(Object.values(affected(path)))).toEqual(new Set(['all']));
  expect(Object.keys(affected(path))).toHaveLength(7);
});

test('nothing affects nothing', () => {
  expect(affected()).toEqual({});
});
