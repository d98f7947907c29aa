import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { localEnvironment } from '../services/topology.ts';

const LIMIT = { timeout: 180_000 }; // each key press starts a process
const scriptOf = (shell: string) => join(checkout, `packages/cli/completion/platform.${shell}`);
const isInstalled = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

let program = '';
let service = '';
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform completion-')); // with a blank, as folders have
  program = join(folder, 'platform');
  const node = join(checkout, 'node_modules/.bin/node');
  await writeFile(program, `#!/bin/sh\nexec ${node} --disable-warning=ExperimentalWarning ${checkout}/packages/cli/src/main.ts "$@"\n`);
  await chmod(program, 0o755);
  [service = ''] = (await localEnvironment()).environment.mesh.services.keys();
  return () => rm(folder, { recursive: true });
});

/** The lines that a shell prints. */
function run(shell: string, text: string, args: readonly string[] = []): readonly string[] {
  const { stdout, stderr } = spawnSync(shell, [...args, '-c', text], {
    encoding: 'utf8',
    env: { ...process.env, program, script: scriptOf(shell) },
  });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

test('bash offers commands and values, and no blank after an equals sign', LIMIT, () => {
  const complete = `complete_words() { COMP_WORDS=("$program" "$@"); COMP_CWORD=$#; _platform; echo "\${COMPREPLY[*]}"; }`;
  const calls = ['complete_words mesh pl', "complete_words mesh split ''", `complete_words mesh split ${service} v1`];
  expect(run('bash', `source "$script"; compopt() { echo "compopt $*"; }; ${complete}; ${calls.join('; ')}`)).toEqual([
    'plan',
    expect.stringContaining(service),
    'compopt -o nospace',
    'v1=',
  ]);
  expect(run('bash', 'source "$script"; complete -p platform')).toEqual(['complete -o default -F _platform platform']);
});

test.skipIf(!isInstalled('zsh'))('zsh offers commands with their descriptions, and files where it may be anything', LIMIT, () => {
  const stubs = `compdef() { }; _describe() { print -l -- "\${(@P)2}" }; compadd() { print -- "$@" }; _files() { print files }`;
  const complete = `complete_words() { words=("\${(q)program}" "$@"); CURRENT=$#words; _platform }`;
  const calls = ['complete_words mesh pl', `complete_words mesh split ${service} v1`, "complete_words mesh check ''"];
  expect(run('zsh', `${stubs}; source "$script"; ${complete}; ${calls.join('; ')}`, ['-f'])).toEqual([
    expect.stringMatching(/^plan:Show what apply/),
    '-S  -- v1=',
    'files',
  ]);
});

test.skipIf(!isInstalled('fish'))('fish offers commands with their descriptions, and values', LIMIT, () => {
  const calls = ["'mesh pl'", `'mesh explain --from=${service.slice(0, -1)}'`].map(
    (line) => `complete -C (string escape -- $program)" "${line}`,
  );
  expect(run('fish', `source $script; ${calls.join('; ')}`, ['--no-config'])).toEqual([
    expect.stringMatching(/^plan\tShow what apply/),
    `--from=${service}`,
  ]);
});

test('a key press in a checkout without its packages installs nothing and offers nothing', LIMIT, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-bare-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['platform', 'package-lock.json']) await cp(join(checkout, name), join(folder, name));
  const { status, stdout, stderr } = spawnSync(join(folder, 'platform'), ['__complete', '--', ''], { encoding: 'utf8' });
  expect({ status, stdout, stderr, files: (await readdir(folder)).sort() }).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
    files: ['package-lock.json', 'platform'],
  });
});
