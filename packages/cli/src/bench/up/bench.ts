import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { checkout, type EmbeddedTarget, residentBytes } from '@mesh-platform/targets';
import { bringUp } from '../../services/bring-up.ts';
import { Recorder } from '../../terminal/recorder.ts';
import { type Bench, INSTANCE, onItsOwn } from '../bench.ts';
import { type Startup, startupTables, type Timed } from './startup-table.ts';

/** Where the seconds of `up` go, in several states of the caches. */
export const bench: Bench = (context, options) =>
  onItsOwn(context, async (target) => startupTables(await measureStartups(target, INSTANCE, options, context.progress)));

const EDITED = join(checkout, 'apps/web/src/main.ts');
const GIB = 1024 ** 3;

/** Brings the target up in several states of the caches. `cold` builds everything again first. What it leaves runs. */
async function measureStartups(
  target: EmbeddedTarget,
  instance: string,
  { cold }: { readonly cold: boolean },
  progress: Progress,
): Promise<Startup> {
  const [load = 0] = loadavg();
  const runs: Timed[] = [];
  const timed = async (title: string, work: (recorder: Recorder) => Promise<unknown>, { stepByStep = false } = {}) => {
    const baseline = hashGibibyte();
    const recorder = new Recorder(progress);
    await work(recorder);
    runs.push({ title, milliseconds: recorder.elapsed(), baseline, steps: stepByStep ? recorder.steps : [] });
  };
  const bring = (shown: Progress) => target.withLock(shown, () => bringUp(target, shown));
  const up = (title: string, options?: { readonly stepByStep: boolean }) => timed(title, bring, options);
  if (cold) {
    await withEmptyCaches(() => up('`up` from empty caches'));
    await target.down({ purge: true }, progress);
  }
  await up('`up`, a new instance');
  await timed('`down`', () => target.down({ purge: false }, progress));
  await up('`up` after `down`', { stepByStep: true });
  const resident = await residentBytes(instance);
  await withEdit(() => up('`up` after an edit of one service', { stepByStep: true }));
  await bring(progress); // the edit is undone
  await up('`up` when all is up');
  return { processors: availableParallelism(), load, runs, residentBytes: resident };
}

/** Milliseconds that one processor takes for it: what the figures of two machines, or of two hours, are compared by. */
function hashGibibyte(): number {
  const block = Buffer.alloc(16 * 1024 ** 2);
  const hash = createHash('sha256');
  const startedAt = performance.now();
  for (let bytes = 0; bytes < GIB; bytes += block.length) hash.update(block);
  hash.digest();
  return performance.now() - startedAt;
}

async function withEmptyCaches(work: () => Promise<void>): Promise<void> {
  const before = process.env.XDG_CACHE_HOME;
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-bench-'));
  process.env.XDG_CACHE_HOME = folder;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
    await rm(folder, { recursive: true, force: true });
  }
}

/** An edit that compiles to other code, undone afterwards. */
async function withEdit(work: () => Promise<void>): Promise<void> {
  const text = await readFile(EDITED, 'utf8');
  await writeFile(EDITED, `${text}\nprocess.title = 'edited ${Date.now()}';\n`);
  try {
    await work();
  } finally {
    await writeFile(EDITED, text);
  }
}
