import { PlatformError } from '@mesh-platform/kubernetes';
import { run } from '@mesh-platform/targets';

const GIT_MS = 30_000;
/** `XY path`, where Y is what the folder has and the index has not; a file that is new has `??`. */
const NOT_IN_THE_INDEX = /^.\S (.*)$/m;

/** Refuses a checkout with changes that git has not been given: a command that rewrites most of it is taken back by `git restore .`, and they with it. */
export async function requireKept(checkout: string): Promise<void> {
  const changes = await run('git', ['status', '--porcelain'], { cwd: checkout, timeout: GIT_MS }).catch(() => ''); // the draft says what is wrong
  const [, file] = NOT_IN_THE_INDEX.exec(changes) ?? [];
  if (file) throw new PlatformError(`git has not been given the changes of ${file}`, 'commit them first, or git add or git stash them');
}
