import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '@mesh-platform/kubernetes';
import type { Mesh } from '@mesh-platform/mesh';
import { TOPOLOGY } from '@mesh-platform/mesh/topology-file';
import type { Draft } from './draft.ts';
import { addService, removeService } from './operations.ts';

/** The services of the product that the platform is shown on, each before those that it calls. */
const SERVICES = ['preview', 'web', 'core'] as const;
/** What stands in their place: a service of the template behind the gateway. */
const STARTER = 'hello';

/** Files that are only about documents: they are removed with the services that keep them. */
const PATHS = [
  'docs/how-to/add-a-rule.md',
  'docs/how-to/back-up-and-restore.md',
  'docs/how-to/call-an-external-api.md',
  'docs/how-to/configure-a-service.md',
  'docs/how-to/debug-mutual-tls.md',
  'docs/how-to/documents.mjs',
  'docs/how-to/end-user-jwt.md',
  'docs/how-to/observe.md',
  'docs/how-to/rate-limit.md',
  'docs/how-to/roll-back.md',
  'docs/how-to/route-to-a-version.md',
  'docs/how-to/run-a-service-locally.md',
  'docs/how-to/seed-data.md',
  'docs/how-to/tls-and-host-names.md',
  'docs/how-to/troubleshoot.md',
  'docs/images',
  'docs/tutorial',
  'load-tests/documents.ts',
  'load-tests/overhead.ts',
  'load-tests/path.ts',
  'load-tests/retries.ts',
  'load-tests/soak.ts',
  'packages/baseline',
  'packages/cli/src/bench/dev',
  'packages/cli/src/bench/overhead',
  'packages/cli/src/bench/rollout',
  'packages/cli/src/docs/messages.test.ts',
  'packages/cli/src/docs/readme-recording.test.ts',
  'packages/cli/src/docs/readme.test.ts',
  'packages/cli/src/docs/security.test.ts',
  'packages/cli/src/docs/task-pages.test.ts',
  'packages/cli/src/services/samples.test.ts',
  'packages/cli/test/samples',
  'packages/contracts/proto/documents',
  'packages/contracts/src/documents',
  'packages/contracts/src/generated/documents',
  'packages/contracts/src/generated/documents.ts',
  'packages/contracts/src/generated/google',
  'packages/contracts/testing',
  'packages/infra/src/capacity',
  'packages/proofs/src/documents',
  'packages/proofs/test/documents.integration.test.ts',
];

/** Files that describe the product throughout: another file replaces each. */
const REPLACED = ['README.md', 'docs/README.md', TOPOLOGY];
const INSTEAD = join(import.meta.dirname, '../../templates/without-samples');

/** Where a file is about more than documents, comments mark the lines about them: the first and the last, or each of them where a table has no room. */
const MARKED = /^.*#region samples\b.*\n[\s\S]*?^.*#endregion samples\b.*\n|^.*<!-- sample -->\n/gm;

export const withoutMarked = (text: string): string => text.replaceAll(MARKED, '');

/** Refuses where other services exist or samples are missing: the removal would affect those too. */
export function requireSamples({ services }: Pick<Mesh, 'services'>): void {
  const missing = SERVICES.find((name) => !services.has(name));
  if (missing)
    throw new UsageError(
      `there is no ${missing}: the samples are not here, or not whole`,
      'leave --without-samples out; ./platform remove service removes one',
    );
  const own = [...services.values()].filter(({ name, stateful }) => !stateful && !SERVICES.some((sample) => sample === name));
  if (own.length > 0)
    throw new UsageError(
      `there are services in addition to the samples: ${own.map(({ name }) => name).join(', ')}`,
      'leave --without-samples out: it is for a clone that nothing was added to',
    );
}

/** Takes the samples out of a draft, and puts one service of the template behind the gateway. */
export async function dropSamples(draft: Draft, mesh: Mesh): Promise<void> {
  await addService(draft, mesh, { name: STARTER, protocol: 'http', calls: [], calledBy: [] }); // its repository is next to theirs
  for (const service of SERVICES) await removeService(draft, mesh, service);
  for (const path of PATHS) await draft.remove(path);
  for (const file of REPLACED) await draft.write(file, await readFile(join(INSTEAD, file), 'utf8'));
  for (const file of await draft.files()) {
    const text = await draft.textOf(file);
    if (text && withoutMarked(text) !== text) await draft.write(file, withoutMarked(text));
  }
  await dropDeadExports(draft);
}

interface Manifest {
  readonly exports?: Readonly<Record<string, unknown>>;
}

/** The exports of a package whose sources were removed. Build output is not in the draft, and stays. */
async function dropDeadExports(draft: Draft): Promise<void> {
  const files = await draft.files();
  const present = new Set(files);
  for (const file of files.filter((path) => path.endsWith('/package.json'))) {
    const manifest = JSON.parse(await draft.read(file)) as Manifest;
    const { exports = {} } = manifest;
    const isDead = (target: unknown): boolean =>
      typeof target === 'string' && !target.startsWith('./dist/') && !present.has(join(dirname(file), target));
    const dead = Object.entries(exports).flatMap(([name, target]) => (isDead(target) ? [name] : []));
    if (dead.length === 0) continue;
    const left = Object.fromEntries(Object.entries(exports).filter(([name]) => !dead.includes(name)));
    await draft.write(file, `${JSON.stringify({ ...manifest, exports: left }, undefined, 2)}\n`);
  }
}
