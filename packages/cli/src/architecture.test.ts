import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Case {
  readonly file: string;
  readonly imports: string;
  /** How the import is written, with @ for what it imports. */
  readonly written?: string;
}
const forbidden: readonly Case[] = [
  ...[
    'apps/web/src',
    'apps/web/test',
    'apps/preview/src',
    'packages/kubernetes/src',
    'packages/targets/src',
    'packages/proofs/src',
    'packages/view/src',
    'packages/cli/src',
    'packages/contracts/src',
    'packages/service-kit/src',
    'packages/call-kit/src',
    'packages/postgres-kit/src',
    'packages/fuzz-kit/src',
    'mesh/src',
  ].flatMap((folder) =>
    ['@mesh-platform/core', '../../../apps/core/src/main.ts'].map((imports) => ({ file: `${folder}/imports-an-app.ts`, imports })),
  ),
  ...['kubernetes', 'targets', 'cli', 'proofs', 'mesh'].map((name) => ({ file: 'apps/web/src/a.ts', imports: `@mesh-platform/${name}` })),
  { file: 'apps/web/src/a.ts', imports: '../../../packages/targets/src/index.ts' },
  { file: 'apps/web/src/a.ts', imports: '@mesh-platform/service-kit/src/index.ts' },
  ...['cli', 'proofs', 'service-kit', 'contracts', 'mesh'].map((name) => ({
    file: 'packages/targets/src/a.ts',
    imports: `@mesh-platform/${name}`,
  })),
  ...['targets', 'cli', 'proofs', 'service-kit', 'contracts', 'mesh'].map((name) => ({
    file: 'packages/kubernetes/src/a.ts',
    imports: `@mesh-platform/${name}`,
  })),
  ...['service-kit', 'targets', 'cli'].map((name) => ({ file: 'packages/contracts/src/a.ts', imports: `@mesh-platform/${name}` })),
  ...['contracts', 'call-kit', 'postgres-kit', 'targets', 'cli'].map((name) => ({
    file: 'packages/service-kit/src/a.ts',
    imports: `@mesh-platform/${name}`,
  })),
  ...['mesh', 'targets', 'cli'].map((name) => ({ file: 'packages/call-kit/src/a.ts', imports: `@mesh-platform/${name}` })),
  ...['contracts', 'call-kit', 'mesh', 'cli'].map((name) => ({
    file: 'packages/postgres-kit/src/a.ts',
    imports: `@mesh-platform/${name}`,
  })),
  ...['cli', 'service-kit', 'call-kit', 'postgres-kit'].map((name) => ({
    file: 'packages/proofs/src/a.ts',
    imports: `@mesh-platform/${name}`,
  })),
  ...['cli', 'infra', 'service-kit', 'contracts'].map((name) => ({ file: 'packages/view/src/a.ts', imports: `@mesh-platform/${name}` })),
  ...['cli', 'service-kit', 'call-kit'].map((name) => ({ file: 'packages/infra/src/a.ts', imports: `@mesh-platform/${name}` })),
  ...['fuzz-kit', 'prose'].flatMap((from) =>
    ['service-kit', 'kubernetes', 'mesh'].map((name) => ({ file: `packages/${from}/src/a.ts`, imports: `@mesh-platform/${name}` })),
  ),
  { file: 'packages/cli/src/a.ts', imports: '@mesh-platform/service-kit' },
  { file: 'packages/cli/src/a.ts', imports: '@mesh-platform/targets/src/process/run.ts' },
  ...['targets', 'cli', 'service-kit'].map((name) => ({ file: 'mesh/src/a.ts', imports: `@mesh-platform/${name}` })),
  { file: 'packages/baseline/src/a.ts', imports: '@mesh-platform/service-kit' },
  { file: 'packages/cli/templates/http/src/a.ts', imports: '@mesh-platform/mesh' },
  { file: 'mesh/src/check/a.ts', imports: '../generated/specs.ts' },
  ...[
    ['topology', '../render/render.ts'],
    ['render', '../model/inventory.ts'],
    ['model', '../check/check.ts'],
    ['check', '../explain/explain.ts'],
    ['check/rules/traffic', '../../../apply/apply.ts'],
    ['explain', '../check/check.ts'],
    ['import', '../load/load-environment.ts'],
    ['load', '../import/import-topology.ts'],
    ['apply', '../rollout/rollout.ts'],
    ['apply', '../commands/apply.ts'],
    ['rollout', '../commands/rollout.ts'],
  ].map(([folder, imports = '']) => ({ file: `mesh/src/${folder}/a.ts`, imports })),
  ...['kind', 'context'].map((folder) => ({ file: `packages/targets/src/${folder}/a.ts`, imports: '../embedded/pins.ts' })),
  ...["import type { Thing } from '@';", "export * from '@';", "import '@';", "await import('@');"].map((written) => ({
    file: 'packages/kubernetes/src/a.ts',
    imports: '@mesh-platform/mesh',
    written,
  })),
];
const allowed: readonly Case[] = [
  ...['service-kit', 'contracts'].map((name) => ({ file: 'packages/call-kit/src/a.ts', imports: `@mesh-platform/${name}` })),
  { file: 'packages/postgres-kit/src/a.ts', imports: '@mesh-platform/service-kit' },
  ...['service-kit', 'call-kit', 'call-kit/server', 'contracts', 'contracts/grpc', 'service-kit/testing', 'postgres-kit/testing'].map(
    (name) => ({
      file: 'apps/web/src/a.ts',
      imports: `@mesh-platform/${name}`,
    }),
  ),
  { file: 'apps/web/test/a.ts', imports: '../src/app.module.js' },
  ...['kubernetes', 'targets', 'proofs', 'mesh'].map((name) => ({ file: 'packages/cli/src/a.ts', imports: `@mesh-platform/${name}` })),
  ...['targets', 'mesh', 'contracts'].map((name) => ({ file: 'packages/proofs/src/a.ts', imports: `@mesh-platform/${name}` })),
  { file: 'packages/targets/src/a.ts', imports: '@mesh-platform/kubernetes' },
  { file: 'packages/targets/src/a.ts', imports: '@kubernetes/client-node' },
  { file: 'mesh/src/a.ts', imports: '@mesh-platform/kubernetes' },
  ...['apps/web', 'mesh', 'packages/targets'].map((folder) => ({
    file: `${folder}/test/a.fuzz.test.ts`,
    imports: '@mesh-platform/fuzz-kit',
  })),
  { file: 'packages/targets/src/embedded/a.ts', imports: '../process/run.ts' },
  { file: 'packages/targets/src/kind/a.ts', imports: '../context/kubeconfig.ts' },
  ...[
    ['render', '../topology/mesh.ts'],
    ['model', '../render/yaml.ts'],
    ['check/rules/traffic', '../../schema/index.ts'],
    ['apply', '../check/run-checks.ts'],
    ['rollout', '../apply/split.ts'],
    ['commands', '../rollout/rollout.ts'],
    ['topology', '../names.ts'],
  ].map(([folder, imports = '']) => ({ file: `mesh/src/${folder}/a.ts`, imports })),
  { file: 'load-tests/a.ts', imports: '../packages/proofs/src/statistics/binomial.ts' },
];

let folder = '';
let found: ReadonlySet<string> = new Set();
const pathOf = ({ file }: Case, index: number, kind: string) => file.replace(/[^/]+$/, `${kind}-${index}.ts`);

/** One run over a checkout that contains only the cases. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-lint-'));
  for (const name of ['biome.json', 'imports.grit', '.gitignore']) await cp(join(checkout, name), join(folder, name));
  for (const [kind, cases] of Object.entries({ forbidden, allowed })) {
    for (const [index, one] of cases.entries()) {
      const path = join(folder, pathOf(one, index, kind));
      await mkdir(dirname(path), { recursive: true });
      const { written = "import { thing } from '@';\n\nexport const value = thing;" } = one;
      await writeFile(path, `${written.replace('@', one.imports)}\n`);
    }
  }
  const biome = join(checkout, 'node_modules/.bin/biome');
  const { stdout } = spawnSync(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
  });
  const { diagnostics, summary } = JSON.parse(stdout) as Report;
  expect(summary.unchanged).toBe(forbidden.length + allowed.length + 2); // biome.json and imports.grit too
  found = new Set(diagnostics.filter(({ category }) => category === 'plugin').map(({ location }) => location.path));
}, 40_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Report {
  readonly summary: { readonly unchanged: number };
  readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: string } }[];
}

test.each(forbidden.map((one, index) => ({ ...one, path: pathOf(one, index, 'forbidden') })))(
  '$file may not import $imports',
  ({ path }) => {
    expect([...found]).toContain(path);
  },
);

test.each(allowed.map((one, index) => ({ ...one, path: pathOf(one, index, 'allowed') })))('$file may import $imports', ({ path }) => {
  expect([...found]).not.toContain(path);
});

const { workspaces: patterns } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { workspaces: string[] };
const workspaces = globSync(patterns, { cwd: checkout }).filter((path) => existsSync(join(checkout, path, 'package.json')));
const sourcesOf = (workspace: string) =>
  globSync('**/*.{ts,mts,js,mjs}', {
    cwd: join(checkout, workspace),
    exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(String(path)),
  });
/** The paths that a source imports, as `from`, `import()`, or only for the side effect. */
const relativeImports = (text: string) =>
  [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\bmock\()\s*['"](\.[^'"]*)['"]/g)].map(([, path]) => path ?? '');

test('the search for relative imports finds each way to write one', () => {
  const text = `import a from './a.ts';\nexport * from "../b.ts";\nimport './c.ts';\nawait import('../d.ts');\nimport x from 'x';`;
  expect(relativeImports(text)).toEqual(['./a.ts', '../b.ts', './c.ts', '../d.ts']);
});

test('every workspace is looked at', () => {
  expect(workspaces).toEqual(
    expect.arrayContaining([...globSync('apps/*', { cwd: checkout }), 'packages/cli', 'packages/service-kit', 'packages/targets']),
  );
});

/** k6 knows no packages: it imports by a path, wherever that leads. */
const byPath = new Set(['packages/proofs/src/statistics/binomial.ts']);

test.each(workspaces)('no relative import of %s leaves its folder', (workspace) => {
  const home = join(checkout, workspace);
  const sources = sourcesOf(workspace);
  expect(sources.length).toBeGreaterThan(0);
  const leaving = sources.flatMap((source) => {
    const file = join(home, source);
    return relativeImports(readFileSync(file, 'utf8'))
      .map((path) => resolve(dirname(file), path))
      .filter((path) => relative(home, path).startsWith('..'))
      .map((path) => relative(checkout, path))
      .filter((path) => !(workspace === 'load-tests' && byPath.has(path)))
      .map((path) => `${source} imports ${path}`);
  });
  expect(leaving).toEqual([]);
});

test.each(workspaces)('%s names every workspace that it imports among its dependencies', (workspace) => {
  const { name, ...manifest } = JSON.parse(readFileSync(join(checkout, workspace, 'package.json'), 'utf8')) as Manifest;
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const imported = new Set(
    sourcesOf(workspace).flatMap((source) =>
      [
        ...readFileSync(join(checkout, workspace, source), 'utf8').matchAll(/^(?:import|export) [^;]*?from '(@mesh-platform\/[\w-]+)/gm),
      ].map(([, one]) => one),
    ),
  );
  for (const one of imported) expect([name, ...declared]).toContain(one);
});

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
