import type { SuiteName } from '../commands/test.command.ts';

/** A folder of the repository with a package.json of its own. */
export interface Workspace {
  /** `packages/view`: relative to the checkout. */
  readonly folder: string;
  /** The folders of the workspaces that its package.json names. */
  readonly needs: readonly string[];
}

/** For each suite what runs of it: all, or the tests whose paths begin so. */
export type Affected = ReadonlyMap<SuiteName, 'all' | readonly string[]>;

const USUAL: readonly SuiteName[] = ['unit', 'integration', 'fuzz', 'machine', 'e2e', 'load', 'infra'];
const BY_FOLDER: readonly SuiteName[] = ['unit', 'integration', 'fuzz', 'machine'];
/** What comes after `.` in the name of a test in `test/`. */
const SUITE = /\.([a-z0-9]+)\.test\.ts$/;
/** What no pod, no policy and no command of the platform is made of. */
const OFF_CLUSTER = ['packages/prose', 'packages/fuzz-kit', 'packages/infra', 'packages/baseline'];
/** Texts: unit tests of the command line read each of them, and e2e executes the task pages. */
const PAGES = /^docs\/|\.md$/;
const TASK_PAGES = /^docs\/(how-to|tutorial)\//;
const PAGES_TEST = 'packages/cli/test/samples/pages.e2e.test.ts';
const TEXT_TESTS = 'packages/cli/src';

/** The tests whose result may differ after a change of these paths, which are relative to the checkout: rather one too many than one too few. */
export function affectedBy(paths: readonly string[], workspaces: readonly Workspace[]): Affected {
  const found = new Map<SuiteName, 'all' | Set<string>>();
  const all = (suites: readonly SuiteName[]) => {
    for (const suite of suites) found.set(suite, 'all');
  };
  const some = (suite: SuiteName, path: string) => {
    const known = found.get(suite) ?? new Set();
    if (known !== 'all') found.set(suite, known.add(path));
  };
  if (paths.length > 0) found.set('unit', new Set()); // style, prose and types are of the whole
  const changed = new Set<string>();
  for (const path of paths) {
    const workspace = workspaces.find(({ folder }) => path.startsWith(`${folder}/`))?.folder;
    const suite = SUITE.exec(path)?.[1] as SuiteName | undefined;
    if (PAGES.test(path)) {
      some('unit', TEXT_TESTS);
      if (TASK_PAGES.test(path)) some('e2e', PAGES_TEST);
    } else if (path.startsWith('infra/')) {
      all(['infra']);
      some('unit', 'packages/infra');
    } else if (!workspace) all(USUAL);
    else if (path.startsWith(`${workspace}/test/`)) {
      if (suite && USUAL.includes(suite)) some(suite, path);
      else if (!suite) for (const one of USUAL) some(one, `${workspace}/test/`);
    } else if (path.endsWith('.test.ts')) some('unit', path);
    else changed.add(workspace);
  }
  const affected = withDependents(changed, workspaces);
  for (const folder of affected) for (const suite of BY_FOLDER) some(suite, `${folder}/`);
  if (affected.has('packages/infra')) all(['infra']);
  if ([...changed].some((folder) => !OFF_CLUSTER.includes(folder))) all(['e2e', 'load']);
  return new Map(USUAL.flatMap((suite) => (found.has(suite) ? [[suite, asFilters(found.get(suite))]] : [])));
}

const asFilters = (filters: 'all' | ReadonlySet<string> | undefined) => (filters === 'all' ? filters : [...(filters ?? [])].sort());

function withDependents(changed: ReadonlySet<string>, workspaces: readonly Workspace[]): ReadonlySet<string> {
  const found = new Set(changed);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { folder, needs } of workspaces) if (needs.some((one) => found.has(one))) found.add(folder);
  }
  return found;
}
