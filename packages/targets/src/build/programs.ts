import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { pins } from '../pins.ts';
import { cacheFolder, checkout } from '../places.ts';
import { fetched, lineWith } from '../process/fetched.ts';
import { endingWithUs, type RunOptions, run } from '../process/run.ts';
import { cached, isCached, keyOf, keyOfFiles } from './cache.ts';
import { type InstalledTool, installedTool } from './installed-tool.ts';
import { prebuilt, requirements } from './prebuilt.ts';

const toolchain = join(checkout, 'packages/targets/toolchain');

/** Programs that are built together, since they share most of what is compiled. */
interface ProgramSet {
  readonly title: string;
  /** The folder of the Go module in `toolchain`. */
  readonly module: '.' | 'k6' | 'skaffold' | 'opentofu' | 'tflint' | 'actionlint' | 'kind' | keyof typeof kindNode | 'buildx';
  /** Go packages; the last part of each is the name of its program. */
  readonly packages: readonly string[];
  /** Files of a Go module that are kept next to the programs, and the YAML files of folders (`samples/httpbin/`): Go's own cache of modules may be emptied. */
  readonly files?: readonly { readonly module: string; readonly path: string }[];
  /** What else the linker writes into its variables. */
  readonly link?: Readonly<Record<string, string>>;
  /** Minutes that the first build takes on 2 processors; printed before it, where they are many. */
  readonly minutes?: number;
  /** For a tool that users may have installed as well. */
  readonly installed?: InstalledTool;
}

const kubernetes = 'k8s.io/kubernetes/cmd';

/** What `up` needs. */
const cluster: ProgramSet = {
  title: 'Kubernetes, etcd, Istio and CoreDNS',
  module: '.',
  packages: [
    './coredns',
    './etcd',
    './pause',
    './registry',
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
  files: [{ module: 'istio.io/istio', path: 'tools/packaging/common/envoy_bootstrap.json' }],
};

/** What Istio's validation tests accept and reject, as YAML: https://github.com/istio/istio/tree/master/pkg/config/validation/testdata/crds */
const validationCases = [
  ...['authz', 'destinationrule', 'envoyfilter', 'peerauth', 'proxyconfig', 'reqauth'],
  ...['serviceentry', 'telemetry', 'wasm', 'workloadentry', 'workloadgroup'],
].flatMap((kind) => [`${kind}-valid.yaml`, `${kind}-invalid.yaml`]);

/** Istio's samples, which tests import: https://github.com/istio/istio/tree/master/samples */
const samples = ['bookinfo/networking', 'bookinfo/platform/kube', 'grpc-echo', 'helloworld', 'httpbin', 'tcp-echo', 'websockets'].map(
  (name) => `samples/${name}/`,
);

/** Istio's own verdict on objects, which tests compare with that of `mesh check`. */
const verdict: ProgramSet = {
  title: "Istio's verdict",
  module: '.',
  packages: ['./istio-verdict'],
  files: [...validationCases.map((name) => `pkg/config/validation/testdata/crds/${name}`), ...samples].map((path) => ({
    module: 'istio.io/istio',
    path,
  })),
};

/** What the node image of the suite `kind` has in addition to the programs of `up`, by Go module. */
const kindNode = {
  'kind-node': { title: 'kubeadm and its CoreDNS', packages: ['./coredns', `${kubernetes}/kubeadm`], link: {} },
  crictl: {
    title: 'crictl',
    packages: ['sigs.k8s.io/cri-tools/cmd/crictl'],
    link: { 'sigs.k8s.io/cri-tools/pkg/version.Version': `v${pins.crictl}` },
  },
  'local-path-provisioner': { title: 'local-path-provisioner', packages: ['github.com/rancher/local-path-provisioner'], link: {} },
} as const;

/** Docker's plugin that builds images, for an engine of the suite's own. */
const buildx: ProgramSet = {
  title: 'buildx',
  module: 'buildx',
  packages: ['github.com/docker/buildx/cmd/buildx'],
  link: { 'github.com/docker/buildx/version.Version': `v${pins.buildx}` },
  minutes: 4,
};

/** Programs for users and tests; built at the first use. */
const tools = {
  kubectl: { title: 'kubectl', module: '.', packages: [`${kubernetes}/kubectl`] },
  istioctl: { title: 'istioctl', module: '.', packages: ['istio.io/istio/istioctl/cmd/istioctl'] },
  k6: { title: 'k6', module: 'k6', packages: ['go.k6.io/k6'] },
  kind: {
    title: 'kind',
    module: 'kind',
    packages: ['sigs.k8s.io/kind'],
    installed: { arguments: ['version', '--quiet'], pinned: pins.kind },
  },
  skaffold: {
    title: 'skaffold',
    module: 'skaffold',
    // Of crane, which pushes what skaffold asks for, skaffold has compiled nearly everything.
    packages: ['github.com/GoogleContainerTools/skaffold/v2/cmd/skaffold', 'github.com/google/go-containerregistry/cmd/crane'],
    minutes: 6,
    installed: { arguments: ['version'], pinned: pins.skaffold },
  },
  tofu: {
    title: 'OpenTofu',
    module: 'opentofu',
    packages: ['github.com/opentofu/opentofu/cmd/tofu'],
    link: { 'github.com/opentofu/opentofu/version.dev': 'no' },
  },
  tflint: { title: 'tflint', module: 'tflint', packages: ['github.com/terraform-linters/tflint'] },
  actionlint: { title: 'actionlint', module: 'actionlint', packages: ['github.com/rhysd/actionlint/cmd/actionlint'] },
} as const satisfies Record<string, ProgramSet>;

export type ToolName = keyof typeof tools;

/** The path of a pinned tool, built where it is missing; the user's own where its version is good enough and none is built yet. */
export async function tool(name: ToolName, progress: Progress): Promise<string> {
  const set: ProgramSet = tools[name];
  const own = set.installed && !(await isCached('programs', await programsKey(set))) && (await installedTool(name, set.installed));
  return own || join(await programs(set, progress), name);
}

/** The path of crane, which comes with skaffold. */
export const crane = async (progress: Progress): Promise<string> => join(await programs(tools.skaffold, progress), 'crane');

/** The path of Docker's plugin buildx. */
export const dockerPlugin = async (progress: Progress): Promise<string> => join(await programs(buildx, progress), 'buildx');

/** The folder of the programs of one Go module that kind's node image has. */
export const kindNodePrograms = (module: keyof typeof kindNode, progress: Progress): Promise<string> =>
  programs({ module, ...kindNode[module] }, progress);

/** The folder of a Go module that one of the toolchain pins, fetched where it is missing. */
export async function goModuleFolder(module: ProgramSet['module'], path: string, progress: Progress): Promise<string> {
  const { goRoot } = await prebuilt(progress);
  const go = join(goRoot, 'bin/go');
  const options = { cwd: join(toolchain, module), env: goEnvironment(goRoot), timeout: 5 * 60_000 };
  await run(go, ['mod', 'download', path], options);
  return (await run(go, ['list', '-m', '-f', '{{.Dir}}', path], options)).trim();
}

/** The folder of a version of a Go module that nothing here is built from, verified by Go's checksum database. */
export async function downloadedGoModule(pathAndVersion: string, progress: Progress): Promise<string> {
  const { goRoot } = await prebuilt(progress);
  const options = { cwd: cacheFolder(), env: goEnvironment(goRoot), timeout: 5 * 60_000 };
  return JSON.parse(await run(join(goRoot, 'bin/go'), ['mod', 'download', '-json', pathAndVersion], options)).Dir;
}

/** The path of `istio-verdict`, next to which are the cases of Istio's validation tests, and its `samples`. */
export const istioVerdict = async (progress: Progress): Promise<string> => join(await programs(verdict, progress), 'istio-verdict');

/** The folder of the programs that `up` needs, built where they are missing. */
export const clusterPrograms = (progress: Progress): Promise<string> => programs(cluster, progress);

/** Changes when anything that goes into those programs does. */
export const clusterProgramsKey = (): Promise<string> => programsKey(cluster);

export const clusterProgramsAreCached = async (): Promise<boolean> => isCached('programs', await programsKey(cluster));

async function programs(set: ProgramSet, progress: Progress): Promise<string> {
  return cached('programs', await programsKey(set), (folder) => build(set, folder, progress), progress);
}

async function programsKey(set: ProgramSet): Promise<string> {
  const { module, packages, files = [] } = set;
  const own = packages.filter((name) => name.startsWith('./')).map((name) => `${name}/main.go`);
  const sources = [requirements(), ...['go.mod', 'go.sum', ...own].map((file) => join(toolchain, module, file))];
  return keyOf(await keyOfFiles(sources), packages.join(' '), JSON.stringify(files), linkFlags(set));
}

async function build(set: ProgramSet, folder: string, progress: Progress): Promise<void> {
  if (set.minutes) progress.print(`${set.title} is built from source, once: about ${set.minutes} minutes on 2 processors`);
  const { goRoot } = await prebuilt(progress);
  const go = join(goRoot, 'bin/go');
  const env = goEnvironment(goRoot);
  const options = { cwd: join(toolchain, set.module), env, timeout: 45 * 60_000 };
  await progress.step(`${set.title}: Go modules`, () => downloadModules(set, go, options, progress));
  await progress.step(`${set.title}: compile`, async (note) => {
    const total = (await run(go, ['list', '-deps', ...set.packages], options)).trim().split('\n').length;
    let compiled = 0;
    const onLine = (line: string) => {
      if (/^[\w.~-]+(\/[\w.~@-]+)*$/.test(line)) note(`${++compiled} of at most ${total} packages`);
    };
    // -v names each package as it is compiled; those in the build cache are not named.
    const flags = ['-v', '-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', linkFlags(set)];
    const [command, args] = endingWithUs(go, ['build', ...flags, '-o', `${folder}/`, ...set.packages]);
    await run(command, args, { ...options, onLine });
  });
  for (const { module, path } of set.files ?? []) {
    const sources = (await run(go, ['list', '-m', '-f', '{{.Dir}}', module], options)).trim();
    await keep(sources, path, folder);
  }
  const built = new Set(await readdir(folder));
  const missing = set.packages.map((name) => name.split('/').at(-1) ?? name).filter((name) => !built.has(name));
  if (missing.length > 0) throw new Error(`go build did not write ${missing.join(', ')}`);
}

/** Go keeps each module that has arrived, so a further attempt fetches the rest. */
function downloadModules({ title }: ProgramSet, go: string, options: RunOptions, progress: Progress): Promise<string> {
  const [command, args] = endingWithUs(go, ['mod', 'download']);
  return fetched(
    {
      what: `a Go module of ${title}`,
      attempt: () => run(command, args, options),
      reason: lineWith(/^(?:go: )?(\S+@v\S+?): (.+)$/),
      hint: 'check the network and the variables GOPROXY and HTTPS_PROXY',
    },
    progress,
  );
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
function linkFlags({ link }: ProgramSet): string {
  const [major, minor] = pins.kubernetes.split('.');
  const values = {
    'k8s.io/component-base/version.gitVersion': `v${pins.kubernetes}`,
    'k8s.io/component-base/version.gitMajor': major,
    'k8s.io/component-base/version.gitMinor': minor,
    'k8s.io/component-base/version.gitTreeState': 'clean',
    'istio.io/istio/pkg/version.buildVersion': pins.istio,
    'istio.io/istio/pkg/version.buildGitRevision': pins.istioRevision,
    'istio.io/istio/pkg/version.buildStatus': 'Clean',
    'github.com/GoogleContainerTools/skaffold/v2/pkg/skaffold/version.version': `v${pins.skaffold}`,
    ...link,
  };
  return ['-s -w', ...Object.entries(values).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

/** Copies a file, or the YAML files of a folder; not with cp, since Go's modules are read-only. */
async function keep(sources: string, path: string, folder: string): Promise<void> {
  if (!path.endsWith('/')) return writeFile(join(folder, basename(path)), await readFile(join(sources, path)));
  await mkdir(join(folder, path), { recursive: true });
  for (const name of (await readdir(join(sources, path))).filter((one) => one.endsWith('.yaml')))
    await writeFile(join(folder, path, name), await readFile(join(sources, path, name)));
}
