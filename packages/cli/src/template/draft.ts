import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inParallel, PlatformError } from '@mesh-platform/kubernetes';
import { CommandError, run } from '@mesh-platform/targets';
import type { LockFile } from '../services/production-closure.ts';

const GIT_MS = 30_000;

/** A copy of a checkout's own files, to change and to try: all changes are written back, or none. */
export class Draft implements AsyncDisposable {
  readonly #checkout: string;
  /** The folder of the copy. */
  readonly folder: string;
  /** Each file as it was copied. */
  readonly #copied = new Map<string, Buffer>();

  private constructor(checkout: string, folder: string) {
    this.#checkout = checkout;
    this.folder = folder;
  }

  /** Copies what git tracks of a checkout or would track, and lets the copy find the installed packages. */
  static async of(checkout: string): Promise<Draft> {
    const files = await filesOf(checkout);
    const draft = new Draft(checkout, await mkdtemp(join(tmpdir(), 'mesh-platform-draft-')));
    for (const file of files) {
      await copy(join(checkout, file), join(draft.folder, file));
      draft.#copied.set(file, await readFile(join(draft.folder, file)));
    }
    await linkPackages(checkout, draft.folder);
    return draft;
  }

  /** Every file that there is by now. */
  files(): Promise<readonly string[]> {
    return filesBelow(this.folder);
  }

  /** Lets the copy find its own packages under another scope. */
  rescope(from: string, to: string): Promise<void> {
    return rename(this.path(`node_modules/@${from}`), this.path(`node_modules/@${to}`));
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  read(file: string): Promise<string> {
    return readFile(this.path(file), 'utf8');
  }

  /** The text of a file; undefined where the file is missing or is not text. */
  async textOf(file: string): Promise<string | undefined> {
    const text = await this.read(file).catch(() => undefined);
    return text?.includes('\0') ? undefined : text;
  }

  /** Writes a file again, with its folder. */
  async write(file: string, text: string): Promise<void> {
    await mkdir(dirname(this.path(file)), { recursive: true });
    await writeFile(this.path(file), text);
  }

  /** Changes the text of a file. */
  async edit(file: string, change: (text: string) => string): Promise<void> {
    await this.write(file, change(await this.read(file)));
  }

  remove(fileOrFolder: string): Promise<void> {
    return rm(this.path(fileOrFolder), { recursive: true });
  }

  /** Runs a program in the copy. Throws CommandError with what it printed. */
  run(program: string, args: readonly string[], env: NodeJS.ProcessEnv, timeout: number): Promise<string> {
    return run(program, args, { cwd: this.folder, env, timeout });
  }

  /**
   * Writes what was changed into the checkout and gives its paths, sorted. Where one cannot be written, all are restored. Throws a
   * PlatformError, with nothing written, where another process changed one of them meanwhile.
   */
  async writeBack(): Promise<readonly string[]> {
    const files = new Set([...this.#copied.keys(), ...(await filesBelow(this.folder))]);
    const changes = (await Promise.all([...files].sort().map((file) => this.changeOf(file)))).flatMap((one) => one ?? []);
    const done: Change[] = [];
    try {
      for (const change of changes) {
        done.push(change);
        await put(join(this.#checkout, change.file), change.after, change.mode);
      }
    } catch (error) {
      for (const { file, before: text, mode } of done) await put(join(this.#checkout, file), text, mode).catch(() => {});
      throw error;
    }
    for (const { file, after: text } of changes) if (text === undefined) await removeEmpty(dirname(file), this.#checkout);
    return changes.map(({ file }) => file);
  }

  private async changeOf(file: string): Promise<Change | undefined> {
    const before = this.#copied.get(file);
    const after = await readFile(this.path(file)).catch(() => undefined);
    if (isSame(before, after)) return undefined;
    if (!isSame(before, await readFile(join(this.#checkout, file)).catch(() => undefined)))
      throw new PlatformError(
        `nothing was changed: ${file} is not as it was when the command began`,
        'try again when no other process edits it',
      );
    const { mode } = await stat(join(after ? this.folder : this.#checkout, file));
    return { file, before, after, mode };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

const isSame = (a: Buffer | undefined, b: Buffer | undefined): boolean => (a && b ? a.equals(b) : a === b);

interface Change {
  readonly file: string;
  /** Undefined where there is no such file. */
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  readonly mode: number;
}

/** Every file that git tracks or would track. */
async function filesOf(checkout: string): Promise<readonly string[]> {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: checkout,
    timeout: GIT_MS,
  }).catch((cause: unknown) => {
    const gitIsMissing = cause instanceof CommandError && cause.message.endsWith('is not installed');
    const [why, hint] = gitIsMissing
      ? ['git is not installed', 'install it']
      : ['this folder is no git checkout', 'make it one: git init && git add .'];
    throw new PlatformError(`${why}, so the files of the checkout cannot be listed`, hint, { cause });
  });
  const present = async (file: string) => ((await lstat(join(checkout, file)).catch(() => undefined)) ? [file] : []); // one that was deleted is listed too
  return (await Promise.all([...new Set(listed.split('\0').filter(Boolean))].map(present))).flat(); // one that is not merged is listed thrice
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  return files.filter((file) => !/(^|\/)(node_modules|dist|\.turbo)(\/|$)/.test(file));
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  if ((await lstat(from)).isSymbolicLink()) await symlink(await readlink(from), to);
  else await copyFile(from, to);
}

async function put(path: string, content: Buffer | undefined, mode: number): Promise<void> {
  if (content === undefined) return rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  const whole = `${path}.${process.pid}.draft`; // a file is whole at every moment
  await writeFile(whole, content, { mode });
  await rename(whole, path);
}

/** Removes folders that contain only build output, up to the root. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  if (folder === '.') return;
  const left = await readdir(join(root, folder)).catch(() => undefined);
  if (left?.some((name) => !BUILT.has(name))) return;
  await rm(join(root, folder), { recursive: true, force: true });
  await removeEmpty(dirname(folder), root);
}

const BUILT = new Set(['dist', '.turbo', 'node_modules']);

/** Gives a copy the checkout's third-party packages by links, and its own workspaces by their names. */
async function linkPackages(checkout: string, folder: string): Promise<void> {
  const { packages } = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as LockFile;
  const workspaces = Object.entries(packages).flatMap(([path, { link, resolved }]) =>
    link && resolved ? [[path, resolved] as const] : [],
  );
  const scopes = new Set(workspaces.map(([path]) => path.split('/')[1]));
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(join(checkout, 'node_modules')))
    if (!scopes.has(name)) await symlink(join(checkout, 'node_modules', name), join(folder, 'node_modules', name));
  await inParallel(workspaces, async ([path, resolved]) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(folder, resolved), join(folder, path));
    const own = join(checkout, resolved, 'node_modules');
    if (await stat(own).catch(() => undefined)) await symlink(own, join(folder, resolved, 'node_modules'));
  });
}
