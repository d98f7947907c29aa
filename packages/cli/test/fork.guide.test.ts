import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Path } from '@mesh-platform/contracts';
import { checkout, type RunningTarget, run } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NAMESPACE } from '../src/services/namespace.ts';
import { installAsHere } from './support/checkout-copy.ts';
import { instanceName, platform, runningTarget } from './support/platform.ts';

const MINUTES = 60_000;
let target: RunningTarget;
let fork = '';
let committed = '';

/** In a clone of what is committed, with the packages that are installed here. */
beforeAll(async () => {
  target = await runningTarget();
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-fork-'));
  fork = join(folder, 'fork');
  await run('git', ['clone', '--quiet', checkout, fork], { timeout: MINUTES });
  await installAsHere(fork);
  for (const [name, value] of Object.entries({ 'user.name': 'A Fork', 'user.email': 'fork@example.com' })) await git('config', name, value);
  committed = await fingerprint();
}, 3 * MINUTES);

afterAll(async () => {
  const back = await platform(['up', '--instance', instanceName()]); // whatever the fork left there
  await rm(join(fork, '..'), { recursive: true, force: true });
  expect(back.status, back.stderr).toBe(0);
}, 3 * MINUTES);

const inFork = (program: string, ...args: string[]) => run(program, args, { cwd: fork, env: forkEnvironment(), timeout: 5 * MINUTES });
const git = (...args: string[]) => inFork('git', ...args);
const command = (...args: string[]) => inFork('./platform', ...args);

/** Turbo's results of this checkout: what did not change need not be compiled again. */
const forkEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, TURBO_CACHE_DIR: join(checkout, '.turbo/cache') });

/** What git sees of the tree, ignored files aside, with the bytes of the lock file. */
async function fingerprint(): Promise<string> {
  const state = await git('status', '--porcelain');
  const lock = await readFile(join(fork, 'package-lock.json'));
  return `${state}${createHash('sha256').update(lock).digest('hex')}`;
}

/** What a pod of a service is answered, as `status body`; or why it is not. */
async function askedFrom(service: string, url: string): Promise<string> {
  const script = `fetch(${JSON.stringify(url)}).then(async (answer) => console.log(answer.status, await answer.text()), () => console.log('no answer'))`;
  return command(
    ...['--instance', instanceName(), 'tool', 'kubectl', '--', '--namespace', NAMESPACE, 'exec'],
    ...[`deployment/${service}`, '--container', service.replace(/-v\d+$/, ''), '--', 'node', '--eval', script],
  );
}

it(
  'two new services, connected to each other and to core, answer in the mesh to those who may call them; then the tree is as it was',
  async () => {
    await command('new', 'service', 'alpha', '--calls', 'core', '--called-by', 'preview');
    const words = await command('new', 'service', 'beta-two', '--protocol', 'grpc', '--calls', 'core,alpha', '--called-by', 'alpha');
    expect(words).toContain('note: the calls go around: alpha → beta-two → alpha');

    await inFork('node_modules/.bin/turbo', 'run', 'build', 'typecheck', '--filter=./apps/alpha', '--filter=./apps/beta-two');
    const ofThePlatform = ['services/manifests.test.ts', 'services/topology.test.ts', 'dev'].map((path) => `packages/cli/src/${path}`);
    const tests = await inFork('node_modules/.bin/vitest', 'run', '--project', 'unit', 'apps/alpha', 'apps/beta-two', ...ofThePlatform);
    expect(tests).toMatch(/Test Files .*passed/);
    await inFork('node_modules/.bin/biome', 'check', 'apps', 'platform.mesh.ts', 'environments');

    await command('up', '--instance', instanceName());
    const [, status, body] = /^(\d+) (.*)$/m.exec(await askedFrom('preview-v1', 'http://alpha:8080/path')) ?? [];
    expect(status, body).toBe('200');
    const identity = (service: string) => `spiffe://cluster.local/ns/${NAMESPACE}/sa/${service}`;
    expect((JSON.parse(body ?? '') as Path).hops.map(({ service, caller }) => [service, caller])).toEqual([
      ['alpha', identity('preview')],
      ['core', identity('alpha')],
      ['beta-two', identity('alpha')],
      ['core', identity('beta-two')],
    ]);
    expect(await askedFrom('web-v1', 'http://alpha:8080/path')).not.toMatch(/^200/m);

    await command('disconnect', 'preview', 'alpha');
    await command('disconnect', 'beta-two', 'alpha');
    await command('remove', 'service', 'alpha');
    await command('remove', 'service', 'beta-two');
    expect(await fingerprint()).toBe(committed);
    await command('up', '--instance', instanceName());
    const left = await target.cluster.list('apps/v1', 'Deployment', NAMESPACE);
    expect(left.map(({ metadata }) => metadata?.name).filter((name) => /alpha|beta/.test(name ?? ''))).toEqual([]);
  },
  12 * MINUTES,
);

/** The commands that docs/fork.md tells, for a repository at this address. */
async function merging(address: string): Promise<string> {
  const page = await readFile(join(checkout, 'docs/fork.md'), 'utf8');
  const [, commands = ''] = /```sh\n([\s\S]*?)```/.exec(page) ?? [];
  return commands.replace('URL', address);
}

it(
  'a fork with a service of its own takes a later change of the repository by the commands of the page',
  async () => {
    await git('reset', '--hard', '--quiet'); // whatever another test left
    await git('clean', '--force', '-d', '--quiet');
    const main = (await git('branch', '--show-current')).trim();
    const upstream = join(fork, '../upstream');
    await git('clone', '--quiet', '--bare', '.', upstream);
    await git('switch', '--quiet', '--create', 'later');
    await command('new', 'version', 'web', 'v2');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Begin the next release of web');
    await git('push', '--quiet', upstream, 'later:main', '--force');
    await git('switch', '--quiet', main);
    await command('new', 'service', 'alpha', '--calls', 'core');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Add alpha');

    await inFork('sh', '-ec', await merging(upstream));
    expect(await git('status', '--porcelain')).toBe('');
    expect((await git('log', '--merges', '--max-count=1', '--format=%p')).trim().split(' ')).toHaveLength(2);
    for (const file of ['skaffold.yaml', 'environments/eks/images.json', 'infra/terraform/live/topology.auto.tfvars.json']) {
      const text = await readFile(join(fork, file), 'utf8');
      expect([file, text.includes('alpha-v1'), text.includes('web-v2')]).toEqual([file, true, true]);
    }
    const suites = ['services/topology.test.ts', 'services/manifests.test.ts', 'dev'].map((path) => `packages/cli/src/${path}`);
    expect(await inFork('node_modules/.bin/vitest', 'run', '--project', 'unit', ...suites)).toMatch(/Test Files .*passed/);
  },
  8 * MINUTES,
);
