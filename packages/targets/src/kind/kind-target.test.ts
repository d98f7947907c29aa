import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ImageRecipe } from '../target.ts';
import { KindCluster } from './kind-cluster.ts';
import { kindImages } from './kind-images.ts';
import { KindTarget } from './kind-target.ts';

// Docker's engine cannot be had where these tests run: `docker` and `kind` are stand-ins here that write down what they are asked.
// The workflow `test` runs the target with the real ones.
const stand = vi.hoisted(() => ({ kind: '' }));
vi.mock('../build/programs.ts', () => ({ tool: async () => stand.kind }));

const DOCKER = `#!/bin/sh
echo "docker $*" >>"$HOME/asked"
case "$1" in
  version) [ -e "$HOME/engine" ] || { echo 'Cannot connect to the Docker daemon' >&2; exit 1; }; echo '29.1.0 on linux/amd64' ;;
  ps) cat "$HOME/state" 2>/dev/null ;;
  port) echo '127.0.0.1:41234' ;;
  image) grep -qx "$5" "$HOME/images" 2>/dev/null || exit 1 ;;
  build) echo "\${3#--tag=}" >>"$HOME/images" ;;
  start) echo running >"$HOME/state" ;;
  stop) echo exited >"$HOME/state" ;;
esac
true
`;
const KIND = `#!/bin/sh
echo "kind $*" >>"$HOME/asked"
case "$1 $2" in
  'create cluster') cp "$4" "$HOME/config"; echo running >"$HOME/state"; echo {} >"$8" ;;
  'export kubeconfig') echo {} >"$4" ;;
  'delete cluster') rm "$HOME/state" ;;
esac
`;

let home = '';
const asked = async (): Promise<readonly string[]> => (await readFile(join(home, 'asked'), 'utf8')).trim().split('\n');
const target = () => new KindTarget('default', { namespace: 'platform' });

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mesh-platform-kind-'));
  const programs = join(home, 'bin');
  await mkdir(programs);
  for (const [name, script] of Object.entries({ docker: DOCKER, kind: KIND })) {
    await writeFile(join(programs, name), script);
    await chmod(join(programs, name), 0o755);
  }
  await writeFile(join(home, 'engine'), '');
  stand.kind = join(programs, 'kind');
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_STATE_HOME', join(home, 'state-home'));
  vi.stubEnv('PATH', `${programs}${delimiter}${process.env.PATH}`);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  });
});

test('without an engine that answers, reports Docker’s message with a hint and creates nothing', async () => {
  await rm(join(home, 'engine'));
  await expect(target().up(async () => [], silent)).rejects.toMatchObject({
    message: expect.stringContaining('Cannot connect to the Docker daemon'),
    hint: expect.stringContaining('install Docker'),
  });
  expect((await asked()).filter((line) => line.startsWith('kind'))).toEqual([]);
});

test('a new cluster answers only on loopback, under the port that the documentation names', async () => {
  const kind = new KindCluster('default');
  await kind.start(silent);
  const config = JSON.parse(await readFile(join(home, 'config'), 'utf8'));
  expect(config.networking).toEqual({ apiServerAddress: '127.0.0.1' });
  expect(config.nodes[0].extraPortMappings).toEqual([
    { containerPort: 30080, hostPort: 30080, listenAddress: '127.0.0.1', protocol: 'TCP' },
  ]);
  expect(await kind.gatewayUrl()).toBe('http://127.0.0.1:41234');
  expect(await kind.runs()).toBe(true);
});

test('another instance has a cluster and a port of its own', async () => {
  await new KindCluster('second').start(silent);
  const config = JSON.parse(await readFile(join(home, 'config'), 'utf8'));
  expect(config.nodes[0].extraPortMappings[0].hostPort).not.toBe(30080);
  expect((await asked()).find((line) => line.startsWith('kind create'))).toMatch(/--name mesh-platform-second$/);
});

test('down keeps the node and its documents, up starts it again, and only purge deletes it', async () => {
  const kind = new KindCluster('default');
  await kind.start(silent);
  expect(await target().down({ purge: false }, silent)).toBe(true);
  expect(await target().find()).toBeUndefined();
  expect(await target().down({ purge: false }, silent)).toBe(false);
  await kind.start(silent);
  expect(await kind.runs()).toBe(true);
  expect(await target().down({ purge: true }, silent)).toBe(true);
  expect(await kind.state()).toBeUndefined();
  expect(await target().down({ purge: true }, silent)).toBe(false);
  const made = (await asked()).filter((line) => /^kind (create|delete)|^docker (start|stop)/.test(line));
  expect(made.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['kind create', 'docker stop', 'docker start', 'kind delete']);
});

test('an image is built once for its content, and an edit builds only that image again', async () => {
  const recipe = (name: string, contextKey: string): ImageRecipe => ({ name, contextKey, dockerfile: 'FROM x\n', stage: async () => {} });
  const first = await kindImages([recipe('web-v1', 'a'), recipe('core-v1', 'a')], silent);
  expect([...first.keys()]).toEqual(['web-v1', 'core-v1', 'postgres']);
  expect(await kindImages([recipe('web-v1', 'a'), recipe('core-v1', 'a')], silent)).toEqual(first);
  const edited = await kindImages([recipe('web-v1', 'b'), recipe('core-v1', 'a')], silent);
  expect(edited.get('web-v1')).not.toBe(first.get('web-v1'));
  expect(edited.get('core-v1')).toBe(first.get('core-v1'));
  expect((await asked()).filter((line) => line.startsWith('docker build'))).toHaveLength(4);
});
