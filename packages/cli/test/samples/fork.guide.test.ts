import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Path } from '@mesh-platform/contracts';
import { checkout } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Clone, cloneOfCheckout } from './support/clone.ts';

const MINUTES = 60_000;
/** The name on the page. */
const NAME = 'acme';
/** A node of its own: the one of the tests runs the platform under its first name. */
const INSTANCE = ['--instance', 'fork'];
let fork: Clone;
let committed = '';

/** Under a name of its own. */
beforeAll(async () => {
  fork = await cloneOfCheckout();
  await fork.run('sh', '-ec', await commandsUnder('A name of its own'));
  committed = await fingerprint();
}, 5 * MINUTES);

afterAll(async () => {
  await fork.platform(...INSTANCE, 'down', '--purge').finally(() => fork[Symbol.asyncDispose]());
}, 3 * MINUTES);

const git = (...args: string[]) => fork.run('git', ...args);
const command = (...args: string[]) => fork.platform(...args);

/** The commands under a heading of docs/how-to/fork.md. */
async function commandsUnder(heading: string): Promise<string> {
  const page = await readFile(join(checkout, 'docs/how-to/fork.md'), 'utf8');
  const [, section = ''] = page.split(`## ${heading}\n`);
  const [, commands = ''] = /^\s*```sh\n([\s\S]*?)```/.exec(section) ?? [];
  return commands;
}

/** What git sees of the tree, ignored files aside, with the bytes of the lock file. */
async function fingerprint(): Promise<string> {
  const state = await git('status', '--porcelain');
  const lock = await readFile(join(fork.folder, 'package-lock.json'));
  return `${state}${createHash('sha256').update(lock).digest('hex')}`;
}

/** What a pod of a service is answered, as `status body`; or why it is not. */
async function askedFrom(service: string, url: string): Promise<string> {
  const script = `fetch(${JSON.stringify(url)}).then(async (answer) => console.log(answer.status, await answer.text()), () => console.log('no answer'))`;
  return command(
    ...[...INSTANCE, 'tool', 'kubectl', '--', '--namespace', NAME, 'exec'],
    ...[`deployment/${service}`, '--container', service.replace(/-v\d+$/, ''), '--', 'node', '--eval', script],
  );
}

it(
  'under its own name, two new services, connected to each other and to core, answer to those who may call them; then the tree is as it was',
  async () => {
    await command('new', 'service', 'alpha', '--calls', 'core', '--called-by', 'preview');
    const words = await command('new', 'service', 'beta-two', '--protocol', 'grpc', '--calls', 'core,alpha', '--called-by', 'alpha');
    expect(words).toContain('note: the calls go around: alpha → beta-two → alpha');

    expect(await command('test', 'unit')).toMatch(/^\d+ passed, 0 failed$/m);
    await fork.run('node_modules/.bin/turbo', 'run', 'typecheck', '--filter=./apps/alpha', '--filter=./apps/beta-two');
    await fork.run('node_modules/.bin/biome', 'check', '.');

    await command(...INSTANCE, 'up');
    const [, status, body] = /^(\d+) (.*)$/m.exec(await askedFrom('preview-v1', 'http://alpha:8080/path')) ?? [];
    expect(status, body).toBe('200');
    const identity = (service: string) => `spiffe://cluster.local/ns/${NAME}/sa/${service}`;
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
    await command(...INSTANCE, 'up');
    const left = await command(...INSTANCE, 'tool', 'kubectl', '--', 'get', 'deployments', '--all-namespaces', '--output', 'name');
    expect(left).toContain('deployment.apps/core-v1');
    expect(left).not.toMatch(/alpha|beta/);
  },
  15 * MINUTES,
);

it('a platform that runs is not called otherwise: no command would find it again', async () => {
  await expect(command(...INSTANCE, 'init', 'other')).rejects.toThrow(/runs acme in acme[\s\S]*\.\/platform down --instance fork/);
  expect(await fingerprint()).toBe(committed);
});

it(
  'a fork with a service of its own takes a later change of the repository, in its own names, by the commands of the page',
  async () => {
    await command(...INSTANCE, 'down', '--purge');
    await git('reset', '--hard', '--quiet'); // whatever another test left
    await git('clean', '--force', '-d', '--quiet');
    await using upstream = await cloneOfCheckout();
    await upstream.platform('new', 'version', 'web', 'v2');
    await upstream.run('git', 'add', '--all');
    await upstream.run('git', 'commit', '--quiet', '--message', 'Begin the next release of web');
    await command('new', 'service', 'alpha', '--calls', 'core');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Add alpha');

    await fork.run('sh', '-ec', (await commandsUnder('Later changes of this repository')).replace('URL', upstream.folder));
    expect(await git('status', '--porcelain')).toBe('');
    expect((await git('log', '--merges', '--max-count=1', '--format=%p')).trim().split(' ')).toHaveLength(2);
    for (const file of ['skaffold.yaml', 'environments/eks-prod/images.json', 'infra/terraform/live/topology.auto.tfvars.json']) {
      const text = await readFile(join(fork.folder, file), 'utf8');
      expect([file, text.includes('alpha-v1'), text.includes('web-v2')]).toEqual([file, true, true]);
    }
    expect(await readFile(join(fork.folder, 'platform.mesh.ts'), 'utf8')).toContain(`name: '${NAME}',\n  namespace: '${NAME}',`);
    const suites = ['services/topology.test.ts', 'services/manifests.test.ts', 'dev'].map((path) => `packages/cli/src/${path}`);
    expect(await fork.run('node_modules/.bin/vitest', 'run', '--project', 'unit', ...suites)).toMatch(/Test Files .*passed/);
  },
  10 * MINUTES,
);
