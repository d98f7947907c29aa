import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type ImageSources, pulledImages } from '../image-sources.ts';
import type { ImageRecipe } from '../target.ts';
import { KindCluster } from './kind-cluster.ts';
import { kindImages } from './kind-images.ts';
import { KindTarget } from './kind-target.ts';

// `docker` and `kind` are stand-ins here that write down what they are asked. The suite `kind` runs the target with the real ones.
vi.setConfig({ testTimeout: 30_000 }); // each command is a process
const stand = vi.hoisted(() => ({ kind: '', watchers: 0, routes: [] as string[] }));
vi.mock('../build/programs.ts', () => ({ tool: async () => stand.kind }));
vi.mock('../process/inotify.ts', () => ({ inotifyUse: async () => ({ most: 128, used: new Map([[0, stand.watchers]]) }) }));
vi.mock('../process/routes.ts', () => ({ routedRanges: async () => stand.routes }));

const DOCKER = `#!/bin/sh
echo "docker $*" >>"$HOME/asked"
case "$1" in
  version) [ -e "$HOME/engine" ] || { echo 'Cannot connect to the Docker daemon' >&2; exit 1; }; echo '29.1.0 on linux/amd64' ;;
  info) echo "$(cat "$HOME/memory" 2>/dev/null || echo 8000000000) 2" ;;
  ps) case "$*" in *label=*) cat "$HOME/others" 2>/dev/null ;; *) cat "$HOME/state" 2>/dev/null ;; esac ;;
  port) echo '127.0.0.1:41234' ;;
  image) case "$2" in
      ls) grep ^localhost "$HOME/images" ;;
      rm) : >"$HOME/images" ;;
      *) grep -qxF "$5" "$HOME/images" 2>/dev/null || exit 1 ;;
    esac ;;
  pull) [ ! -e "$HOME/no-registry" ] || { echo 'lookup registry-1.docker.io: no such host' >&2; exit 1; }; echo "$3" >>"$HOME/images" ;;
  buildx) case "$2" in
      version) [ ! -e "$HOME/no-buildx" ] || { echo "unknown command: docker buildx" >&2; exit 1; }; echo 'github.com/docker/buildx v0.29.1 abc' ;;
      imagetools) [ ! -e "$HOME/no-registry" ] || { echo 'no such host' >&2; exit 1; } ;;
      build) for argument; do case "$argument" in --tag=*) echo "\${argument#--tag=}" >>"$HOME/images" ;; esac; done ;;
    esac ;;
  start) echo running >"$HOME/state" ;;
  exec) case "$*" in
      *' touch '*) : >"$HOME/whole" ;;
      *) [ ! -s "$HOME/not-yet" ] || { tail -n +2 "$HOME/not-yet" >"$HOME/left"; mv "$HOME/left" "$HOME/not-yet"; echo 'connection refused' >&2; exit 1; } ;;
    esac ;;
  cp) [ -e "$HOME/whole" ] || exit 1 ;;
  stop) echo exited >"$HOME/state" ;;
esac
true
`;
const KIND = `#!/bin/sh
echo "kind $*" >>"$HOME/asked"
case "$1 $2" in
  'create cluster') cp "$4" "$HOME/config"; echo running >"$HOME/state"; echo {} >"$8"; [ ! -e "$HOME/interrupt" ] || exit 130 ;;
  'export kubeconfig') echo {} >"$4" ;;
  'delete cluster') rm -f "$HOME/state" "$HOME/whole" ;;
esac
`;

let home = '';
const asked = async (): Promise<readonly string[]> => (await readFile(join(home, 'asked'), 'utf8')).trim().split('\n');
const target = (imageSources: ImageSources = {}) =>
  new KindTarget('default', {
    namespace: 'platform',
    imageSources: async () => imageSources,
    subnets: async () => SUBNETS,
    dockerfiles: async () => [DOCKERFILE],
  });
const DOCKERFILE = 'ARG BASE=node:24\nFROM $' + '{BASE}\n';
const SUBNETS = { pods: '100.124.0.0/16', services: '100.125.0.0/16' };
const NODE = { image: 'kindest/node:test', subnets: async () => SUBNETS };
const pulled = pulledImages({}, {});
const touch = (name: string, text = '') => writeFile(join(home, name), text);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mesh-platform-kind-'));
  const programs = join(home, 'bin');
  await mkdir(programs);
  for (const [name, script] of Object.entries({ docker: DOCKER, kind: KIND })) {
    await writeFile(join(programs, name), script);
    await chmod(join(programs, name), 0o755);
  }
  await writeFile(join(home, 'engine'), '');
  Object.assign(stand, { kind: join(programs, 'kind'), watchers: 0, routes: [] });
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
  await kind.start(NODE, silent);
  const config = JSON.parse(await readFile(join(home, 'config'), 'utf8'));
  expect(config.nodes[0].image).toBe(NODE.image);
  expect(config.networking).toEqual({ apiServerAddress: '127.0.0.1', podSubnet: SUBNETS.pods, serviceSubnet: SUBNETS.services });
  expect(config.nodes[0].extraPortMappings).toEqual([
    { containerPort: 30080, hostPort: 30080, listenAddress: '127.0.0.1', protocol: 'TCP' },
  ]);
  expect(await kind.gatewayUrl()).toBe('http://127.0.0.1:41234');
  expect(await kind.runs()).toBe(true);
});

test('another instance has a cluster and a port of its own', async () => {
  await new KindCluster('second').start(NODE, silent);
  const config = JSON.parse(await readFile(join(home, 'config'), 'utf8'));
  expect(config.nodes[0].extraPortMappings[0].hostPort).not.toBe(30080);
  expect((await asked()).find((line) => line.startsWith('kind create'))).toMatch(/--name mesh-platform-second$/);
});

test('down keeps the node and its documents, up starts it again, and only purge deletes it', async () => {
  const kind = new KindCluster('default');
  await kind.start(NODE, silent);
  expect(await target().down({ purge: false }, silent)).toBe(true);
  expect(await target().find()).toBeUndefined();
  expect(await target().down({ purge: false }, silent)).toBe(false);
  await kind.start(NODE, silent);
  expect(await kind.runs()).toBe(true);
  expect(await target().down({ purge: true }, silent)).toBe(true);
  expect(await kind.state()).toBeUndefined();
  expect(await target().down({ purge: true }, silent)).toBe(false);
  const made = (await asked()).filter((line) => /^kind (create|delete)|^docker (start|stop)/.test(line));
  expect(made.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['kind create', 'docker stop', 'docker start', 'kind delete']);
});

test('an image is built once for its content, and an edit builds only that image again', async () => {
  const recipe = (name: string, contextKey: string): ImageRecipe => ({ name, contextKey, dockerfile: 'FROM x\n', stage: async () => {} });
  const first = await kindImages([recipe('web-v1', 'a'), recipe('core-v1', 'a')], pulled, silent);
  expect([...first.keys()]).toEqual(['web-v1', 'core-v1', 'postgres']);
  expect(await kindImages([recipe('web-v1', 'a'), recipe('core-v1', 'a')], pulled, silent)).toEqual(first);
  const edited = await kindImages([recipe('web-v1', 'b'), recipe('core-v1', 'a')], pulled, silent);
  expect(edited.get('web-v1')).not.toBe(first.get('web-v1'));
  expect(edited.get('core-v1')).toBe(first.get('core-v1'));
  expect((await asked()).filter((line) => line.startsWith('docker buildx build'))).toHaveLength(4);
});

test('builds on the base of a mirror, which is pulled once; another base is another image', async () => {
  const recipe: ImageRecipe = { name: 'web-v1', contextKey: 'a', dockerfile: DOCKERFILE, stage: async () => {} };
  const first = await kindImages([recipe, { ...recipe, name: 'core-v1' }], pulled, silent);
  const mirror = pulledImages({ registry: 'registry.example.com/hub' }, {});
  const second = await kindImages([recipe], mirror, silent);
  expect(second.get('web-v1')).not.toBe(first.get('web-v1'));
  expect((await asked()).flatMap((line) => /^docker pull .* (\S+)$/.exec(line)?.[1] ?? []).sort()).toEqual([
    'node:24',
    'postgres:18.4-bookworm',
    'registry.example.com/hub/library/node:24',
    'registry.example.com/hub/library/postgres:18.4-bookworm',
  ]);
  expect((await asked()).filter((line) => line.includes('--build-arg=BASE=registry.example.com/hub/library/node:24'))).toHaveLength(1);
});

test('a node image that cannot be pulled is reported with the mirror to set, and creates nothing', async () => {
  await touch('no-registry');
  await expect(target({ nodeImage: 'kindest/node:mine' }).up(async () => [], silent)).rejects.toMatchObject({
    message: expect.stringMatching(/the image kindest\/node:mine could not be pulled: .*no such host/),
    hint: expect.stringContaining('PLATFORM_IMAGE_REGISTRY='),
  });
  expect((await asked()).filter((line) => line.startsWith('kind'))).toEqual([]);
});

test('doctor finds buildx, memory and the images, and what to set where a registry does not answer', async () => {
  const findings = async () => new Map((await target().inspect()).map((finding) => [finding.what, finding]));
  const whole = await findings();
  expect(whole.get('addresses')?.detail).toMatch('pods 100.124.0.0/16, services 100.125.0.0/16');
  expect(whole.get('Docker')?.detail).toBe('Docker 29.1.0 on linux/amd64, cgroup v2');
  expect(whole.get('image node:24')).toMatchObject({ state: 'ok', detail: 'up pulls it' });
  await touch('no-registry');
  expect((await findings()).get('image node:24')).toMatchObject({
    state: 'missing',
    hint: expect.stringContaining('PLATFORM_IMAGE_REGISTRY='),
  });
  stand.watchers = 90;
  stand.routes = ['100.125.7.0/24'];
  await touch('memory', '2000000000');
  await touch('no-buildx');
  const poor = await findings();
  expect(poor.get('buildx')).toMatchObject({ state: 'missing', hint: expect.stringContaining('docker-buildx') });
  expect(poor.get('memory')).toMatchObject({ state: 'missing', detail: '1.9 GiB for the engine, 3.0 GiB needed' });
  expect(poor.get('file watchers')).toMatchObject({ state: 'missing', hint: expect.stringContaining('sysctl fs.inotify') });
  expect(poor.get('addresses')).toMatchObject({ state: 'note', detail: expect.stringContaining('100.125.7.0/24') });
  expect(poor.has('image node:24')).toBe(false);
});

test('up creates a cluster again whose creation was interrupted, even after down, and doctor does not read its kubeconfig', async () => {
  const kind = new KindCluster('default');
  await touch('interrupt');
  await expect(kind.start(NODE, silent)).rejects.toThrow('ended with status 130');
  expect(await kind.runs()).toBe(false);
  expect((await target().inspect()).find(({ what }) => what === 'cluster')?.detail).toContain('is running');
  await rm(join(home, 'interrupt'));
  expect(await target().down({ purge: false }, silent)).toBe(true);
  await kind.start(NODE, silent);
  expect(await kind.runs()).toBe(true);
  const made = (await asked()).filter((line) => /^kind (create|delete)/.test(line)).map((line) => line.split(' ')[1]);
  expect(made).toEqual(['create', 'delete', 'create']);
});

test('images that are built while an interrupted cluster is created again are there for it', async () => {
  const kind = new KindCluster('default');
  await touch('interrupt');
  await kind.start(NODE, silent).catch(() => {});
  await rm(join(home, 'interrupt'));
  await touch('images', 'localhost/mesh-platform/web-v1:a\n');
  await kind.start(NODE, silent);
  expect((await asked()).filter((line) => line.startsWith('docker image'))).toEqual([]);
});

test('a whole cluster is kept where only its kubeconfig is missing', async () => {
  const kind = new KindCluster('default');
  await kind.start(NODE, silent);
  await rm(kind.kubeconfig);
  await kind.start(NODE, silent);
  expect(await kind.runs()).toBe(true);
  expect((await asked()).filter((line) => /^kind (create|delete)/.test(line))).toHaveLength(1);
});

test.each(['running', 'exited'])('a node that is %s is used when containerd and the API server answer, not before', async (state) => {
  const kind = new KindCluster('default');
  await kind.start(NODE, silent);
  await touch('state', state);
  await touch('not-yet', 'once\ntwice\n');
  await kind.start(NODE, silent);
  const all = await asked();
  const after = all.slice(all.findLastIndex((line) => line.startsWith('docker ps')) + 1);
  expect(after.filter((line) => line.includes('ctr version'))).toHaveLength(3);
  expect(after.at(-1)).toMatch(/^kind export kubeconfig/);
});

test.each([
  { others: 'mesh-platform-second', removed: [] },
  { others: 'kind', removed: ['docker image rm localhost/mesh-platform/web-v1:a'] },
  { others: '', removed: ['docker image rm localhost/mesh-platform/web-v1:a', 'docker network rm kind'] },
])('purge next to the cluster “$others” removes only what that does not use', async ({ others, removed }) => {
  const kind = new KindCluster('default');
  await kind.start(NODE, silent);
  await touch('images', 'localhost/mesh-platform/web-v1:a\nnode:24\n');
  await touch('others', others);
  await kind.delete(silent);
  expect((await asked()).filter((line) => /^docker (image|network) rm/.test(line))).toEqual(removed);
});
