import { relative } from 'node:path';
import { run } from '@mesh-platform/targets';

/** A Go module as a program's build information names it. https://pkg.go.dev/runtime/debug#BuildInfo */
export interface GoModule {
  readonly path: string;
  /** Undefined for a main module that was built from a checkout, which Go calls `(devel)`. */
  readonly version?: string;
  /** Go's hash of the module's files, as in go.sum: `h1:` and a SHA-256 in base64. */
  readonly sum?: string;
}

/** The build info of a program: Go's version, and the modules that were linked into it, including the main one. */
export interface GoProgram {
  readonly go: string;
  readonly modules: readonly GoModule[];
}

/** The Go programs below a folder, by their paths in it. */
export async function goProgramsIn(folder: string, go: string): Promise<ReadonlyMap<string, GoProgram>> {
  const output = await run(go, ['version', '-m', folder], { timeout: 120_000 });
  return new Map([...goProgramsOf(output)].map(([file, program]) => [relative(folder, file), program]));
}

/** Reads what `go version -m` prints: a line for each program, then a line with a tab at its front for each of its facts. */
export function goProgramsOf(output: string): ReadonlyMap<string, GoProgram> {
  const found = new Map<string, { go: string; modules: GoModule[] }>();
  let current: { go: string; modules: GoModule[] } | undefined;
  for (const line of output.split('\n')) {
    const program = /^(\S.*): go(\S+)/.exec(line);
    if (program) {
      current = { go: program[2] ?? '', modules: [] };
      found.set(program[1] ?? '', current);
      continue;
    }
    const [, kind, path = '', version, sum] = line.split('\t');
    if (!current) continue;
    // A replacement is on the line below the module that it replaces.
    if (kind === '=>') current.modules.pop();
    if (kind === 'mod' || kind === 'dep' || kind === '=>')
      current.modules.push({ path, ...(version && version !== '(devel)' ? { version } : {}), ...(sum ? { sum } : {}) });
  }
  return found;
}
