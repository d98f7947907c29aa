import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { checkout, type RunningTarget, waitFor } from '@mesh-platform/targets';
import { type Bench, INSTANCE, onItsOwnRunning } from '../bench.ts';
import { type Saves, savesTable } from './saves-table.ts';

/** The duration of a save in the inner loop. */
export const bench: Bench = (context) =>
  onItsOwnRunning(context, async (running) => savesTable(await measureSaves(running, INSTANCE, context.progress)));

/** Core names its pod here: an edit changes it, and the path of a request shows it. */
const EDITED = join(checkout, 'apps/core/src/path/path.controller.ts');
const HOP = 'hopOf(headersOf(metadata), performance.now(), this.identity)';
const SAVES = 5;
const READY_MS = 300_000;
/** Characters of its last output. */
const PRINTED = 1_500;
const SERVED_MS = 120_000;

/** How long it takes from a saved source of core to an answer of the new code through the gateway: by files into the pod, then by images. */
async function measureSaves(target: RunningTarget, instance: string, progress: Progress): Promise<readonly Saves[]> {
  const measured: Saves[] = [];
  for (const [title, options] of [
    ['files into the running pod', []],
    ['a new image', ['--images']],
  ] as const)
    measured.push({ title, milliseconds: await progress.step(title, (note) => measureSession(target, instance, options, note)) });
  return measured;
}

async function measureSession(
  { gatewayUrl }: RunningTarget,
  instance: string,
  options: readonly string[],
  note: (detail: string) => void,
): Promise<readonly number[]> {
  const text = await readFile(EDITED, 'utf8');
  if (!text.includes(HOP)) throw new Error(`${EDITED} has no '${HOP}'`);
  const session = new Session(instance, options);
  const milliseconds: number[] = [];
  try {
    for (let save = 1; save <= SAVES; save++) {
      await session.watches(save === 1 || options.length > 0);
      note(`save ${save} of ${SAVES}`);
      const pod = `saved-${save}-${Date.now()}`;
      const savedAt = performance.now();
      await writeFile(
        EDITED,
        text.replace(HOP, () => `{ ...${HOP}, pod: '${pod}' }`),
      );
      await Promise.race([
        session.ended,
        waitFor(`an answer of ${pod}`, () => answers(gatewayUrl, pod), { timeout: SERVED_MS, every: 20 }),
      ]);
      milliseconds.push(performance.now() - savedAt);
    }
    return milliseconds;
  } finally {
    await writeFile(EDITED, text);
    await session.end();
  }
}

async function answers(gatewayUrl: string, pod: string): Promise<true | undefined> {
  const answer = await fetch(`${gatewayUrl}/api/path`, { signal: AbortSignal.timeout(5_000) });
  return (await answer.text()).includes(`"${pod}"`) ? true : undefined;
}

/** `./platform dev` as a user runs it. */
class Session {
  readonly #child: ChildProcess;
  /** Fails when it ends. */
  readonly ended: Promise<never>;
  #printed = '';
  #from = 0;

  constructor(instance: string, options: readonly string[]) {
    this.#child = spawn(join(checkout, 'platform'), ['dev', `--instance=${instance}`, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed += text;
      });
    this.ended = once(this.#child, 'close').then(() => {
      throw new PlatformError(`./platform dev ended:\n${this.#printed.slice(-PRINTED)}`, 'fix the error in its output');
    });
    this.ended.catch(() => {}); // the caller that waits for a save handles the error
    process.once('exit', () => this.#child.kill('SIGTERM'));
  }

  /** Resolves when it waits for a save; with `again`, when it has printed that once more. */
  async watches(again: boolean): Promise<void> {
    if (!again) return;
    const printed = waitFor(
      './platform dev',
      () => {
        const at = this.#printed.indexOf('Watching for changes', this.#from);
        if (at < 0) return undefined;
        this.#from = at + 1;
        return true;
      },
      { timeout: READY_MS },
    );
    await Promise.race([this.ended, printed]);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGINT');
    await once(this.#child, 'close');
  }
}
