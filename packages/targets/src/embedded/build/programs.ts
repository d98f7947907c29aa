import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, checkout } from '../../places.ts';
import { run } from '../../process/run.ts';
import type { Progress } from '../../progress.ts';
import { pins } from '../pins.ts';
import { cached, isCached, keyOf, keyOfFiles } from './cache.ts';
import { prebuilt } from './prebuilt.ts';

const toolchain = join(checkout, 'packages/targets/toolchain');

/** Programs that are built together, since they share most of what is compiled. */
interface ProgramSet {
  readonly title: string;
  /** Go packages; the last part of each is the name of its program. */
  readonly packages: readonly string[];
}

const kubernetes = 'k8s.io/kubernetes/cmd';

/** `cluster` is what `up` needs; every other set is built when somebody first asks for it. */
export const programSets = {
  cluster: {
    title: 'Kubernetes, Istio and CoreDNS',
    packages: [
      './coredns',
      './etcd',
      './pause',
      'istio.io/istio/cni/cmd/install-cni',
      'istio.io/istio/cni/cmd/istio-cni',
      'istio.io/istio/pilot/cmd/pilot-agent',
      'istio.io/istio/pilot/cmd/pilot-discovery',
      `${kubernetes}/kube-apiserver`,
      `${kubernetes}/kube-controller-manager`,
      `${kubernetes}/kube-proxy`,
      `${kubernetes}/kube-scheduler`,
      `${kubernetes}/kubelet`,
    ],
  },
  kubectl: { title: 'kubectl', packages: [`${kubernetes}/kubectl`] },
  istioctl: { title: 'istioctl', packages: ['istio.io/istio/istioctl/cmd/istioctl'] },
} as const satisfies Record<string, ProgramSet>;

export type ProgramSetName = keyof typeof programSets;

/** The folder that holds the programs of a set, built from the pinned Go module where it is missing. */
export async function programs(name: ProgramSetName, progress: Progress): Promise<string> {
  const set = programSets[name];
  const key = await programsKey(name);
  return cached('programs', key, (folder) => build(set, folder, progress));
}

/** Changes when anything that goes into the programs of the set changes. */
export async function programsKey(name: ProgramSetName): Promise<string> {
  const sources = ['go.mod', 'go.sum', 'requirements.txt', 'coredns/main.go', 'etcd/main.go', 'pause/main.go'];
  return keyOf(await keyOfFiles(sources.map((file) => join(toolchain, file))), programSets[name].packages.join(' '), linkFlags());
}

export const programsAreCached = async (name: ProgramSetName): Promise<boolean> => isCached('programs', await programsKey(name));

async function build(set: ProgramSet, folder: string, progress: Progress): Promise<void> {
  const { goRoot } = await prebuilt(progress);
  const go = join(goRoot, 'bin/go');
  const env = goEnvironment(goRoot);
  const options = { cwd: toolchain, env, timeout: 45 * 60_000 };
  await progress.step(`${set.title}: Go modules`, () => run(go, ['mod', 'download'], options));
  await progress.step(`${set.title}: compile`, async (note) => {
    const total = (await run(go, ['list', '-deps', ...set.packages], options)).trim().split('\n').length;
    let compiled = 0;
    const onLine = (line: string) => {
      if (/^[\w.~-]+(\/[\w.~@-]+)*$/.test(line)) note(`${++compiled} of at most ${total} packages`);
    };
    // -v names each package as it is compiled; those that the build cache holds are not named.
    const flags = ['-v', '-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', linkFlags()];
    await run(go, ['build', ...flags, '-o', `${folder}/`, ...set.packages], { ...options, onLine });
  });
  const built = new Set(await readdir(folder));
  const missing = set.packages.map((name) => name.split('/').at(-1) ?? name).filter((name) => !built.has(name));
  if (missing.length > 0) throw new Error(`go build did not write ${missing.join(', ')}`);
}

/** The user's proxy settings pass through; caches are ours, and no other Go toolchain may be fetched. */
function goEnvironment(goRoot: string): NodeJS.ProcessEnv {
  const go = join(cacheFolder(), 'go');
  return {
    ...process.env,
    GOROOT: goRoot,
    GOMODCACHE: join(go, 'mod'),
    GOCACHE: join(go, 'build'),
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-modcacherw',
    CGO_ENABLED: '0',
  };
}

/** Without a version, clients take a self-built Kubernetes for v0 and istiod reports `unknown`. */
function linkFlags(): string {
  const [major, minor] = pins.kubernetes.split('.');
  const values = {
    'k8s.io/component-base/version.gitVersion': `v${pins.kubernetes}`,
    'k8s.io/component-base/version.gitMajor': major,
    'k8s.io/component-base/version.gitMinor': minor,
    'k8s.io/component-base/version.gitTreeState': 'clean',
    'istio.io/istio/pkg/version.buildVersion': pins.istio,
    'istio.io/istio/pkg/version.buildGitRevision': pins.istioRevision,
    'istio.io/istio/pkg/version.buildStatus': 'Clean',
  };
  return ['-s -w', ...Object.entries(values).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}
