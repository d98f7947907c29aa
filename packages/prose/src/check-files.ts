import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeProblems, commentProblems } from './code.ts';
import { markdownProblems } from './markdown.ts';
import type { Problem } from './problem.ts';

/** Files that others wrote, that are generated, or that list the terms themselves. */
const SKIPPED = [
  /^LICENSE$/,
  /(^|\/)(generated|crds|rendered)\//,
  /rendered\.yaml$/,
  /^deploy\//,
  /package-lock\.json$/,
  /^packages\/prose\/src\//,
  /^infra\/istio\/.*\/rendered/,
];
const CODE = /\.(ts|mts|js|mjs)$/;
const COMMENTS = /\.(ya?ml|tf|sh|hcl)$|(^|\/)(Dockerfile[^/]*|platform)$/;

/** The tracked files below a folder, as git lists them. */
const trackedFiles = (root: string): readonly string[] =>
  execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\0')
    .filter((file) => file !== '' && !SKIPPED.some((pattern) => pattern.test(file)));

/** A problem with its file, relative to the root. */
export interface FileProblem extends Problem {
  readonly file: string;
}

/** What the prose rules refuse in the tracked files of a checkout. */
export async function checkFiles(root: string, files: readonly string[] = trackedFiles(root)): Promise<readonly FileProblem[]> {
  const found: FileProblem[] = [];
  for (const file of files) {
    const text = () => readFile(join(root, file), 'utf8');
    const problems = file.endsWith('.md')
      ? await markdownProblems(await text())
      : CODE.test(file)
        ? codeProblems(await text())
        : COMMENTS.test(file)
          ? commentProblems(await text())
          : [];
    found.push(...problems.map((problem) => ({ file, ...problem })));
  }
  return found;
}
