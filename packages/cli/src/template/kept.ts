import { PlatformError } from '@mesh-platform/kubernetes';
import { run } from '@mesh-platform/targets';

const GIT_MS = 30_000;
/** `XY path`, where Y is what the folder has and the index has not; a file that is new has `??`. */
const NOT_IN_THE_INDEX = /^.\S (.*)$/m;

/** Refuses a checkout with changes that are not staged: `git restore .`, which undoes a rewriting command, would discard them too. */
export async function requireKept(checkout: string): Promise<void> {
  const changes = await run('git', ['status', '--porcelain'], { cwd: checkout, timeout: GIT_MS }).catch(() => ''); // the draft reports the cause
  const [, file] = NOT_IN_THE_INDEX.exec(changes) ?? [];
  if (file) throw new PlatformError(`the changes of ${file} are not staged in git`, 'commit them first, or git add or git stash them');
}
