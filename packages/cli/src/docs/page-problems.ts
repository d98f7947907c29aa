import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import type { Command } from 'commander';
import { type Page, type Place, readPage } from './page.ts';

/** What the pages of a checkout may name. */
export interface Known {
  /** The folder of the checkout. */
  readonly root: string;
  /** The command line `./platform`. */
  readonly program: Command;
  /** Every word in capital letters that a source has. */
  readonly capitals: ReadonlySet<string>;
  /** Scripts by the folder of their package, such as `packages/cli`. */
  readonly scripts: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Names of other projects' variables and placeholders, which no source of ours has. */
const FOREIGN = /^(OTEL_EXPORTER_OTLP_\w+|NAME|SERVICE|TARGET|INSTANCE|VERSION|HOST|SYMPTOM)$/;

/** What a page names and the checkout does not have: links, commands and options, paths, variables, npm scripts. `file` is relative to the root. */
export function problemsOf(file: string, page: Page, known: Known): readonly string[] {
  const commands = [...page.codes, ...page.blocks.flatMap(({ lines }) => lines)];
  const problems = [
    ...page.links.map((place) => [place, linkProblem(file, place.text, page, known)] as const),
    ...commands.flatMap((place) => commandsIn(place.text).map((words) => [place, commandProblem(words, known.program)] as const)),
    ...commands.flatMap((place) => npmScriptsIn(place.text).map((script) => [place, scriptProblem(script, known)] as const)),
    ...page.codes.map((place) => [place, pathProblem(file, place.text, page, known)] as const),
    ...variablesOf(page).map((place) => [place, variableProblem(place.text, known)] as const),
  ];
  return problems.flatMap(([{ line }, problem]) => (problem ? [`${file}:${line}: ${problem}`] : []));
}

/** Pages of GitHub next to the files of a repository, such as a workflow's runs. */
const GITHUB = /^\.\.\/\.\.\/(actions|issues|security)\b/;

function linkProblem(file: string, link: string, page: Page, { root }: Known): string | undefined {
  if (/^[a-z]+:/.test(link) || GITHUB.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = join(root, dirname(file), path);
  if (path !== '' && !existsSync(target)) return `the link ${link} leads to no file`;
  if (anchor === undefined) return undefined;
  const anchors = path === '' ? page.anchors : readPage(target).anchors;
  return anchors.has(anchor) ? undefined : `the link ${link} leads to no heading`;
}

/** The words after each `./platform` of a text, up to the end of that command. */
const commandsIn = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/(?:^|[\s(`])(?:\.\.?\/)+platform(?= |$)([^|;&<>)#\n]*)/g)].map(([, words = '']) => words.split(/\s+/).filter(Boolean));

/** Follows the words as commander does: commands and options up to `--`; a word in capital letters stands for any argument. */
function commandProblem(words: readonly string[], program: Command): string | undefined {
  let command = program;
  const parents = [program];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]?.replace(/[[\],.:]+$|^\[/g, '') ?? '';
    if (word === '--') break;
    if (word.startsWith('-')) {
      const [flag = ''] = word.split('=');
      const option = parents.flatMap(({ options }) => options).find(({ long, short }) => flag === long || flag === short);
      if (!option && flag !== '--help') return `./platform ${words.join(' ')}: there is no option ${flag}`;
      if (option?.required && !word.includes('=')) at++;
    } else if (command.commands.length > 0) {
      const next = command.commands.find((one) => one.name() === word);
      if (next) {
        command = next;
        parents.push(next);
      } else if (/^[a-z][\w-]*$/.test(word)) return `./platform ${words.join(' ')}: there is no command ${word}`;
    }
  }
  return undefined;
}

interface Script {
  readonly script: string;
  readonly folder: string;
}

const npmScriptsIn = (text: string): readonly Script[] =>
  [...text.matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*)(?: -w ([\w/.-]+))?/g)].map(([, script = '', folder = '.']) => ({
    script,
    folder,
  }));

const scriptProblem = ({ script, folder }: Script, { scripts }: Known): string | undefined =>
  scripts.get(folder)?.has(script) ? undefined : `npm run ${script}: the package of ${folder} has no such script`;

/** Folders that pages of packages name from the package's own folder. */
const OWN = /^(src|test|testing|scripts|templates|toolchain|images|manifests|crds|examples|proto|migrations|bench)$/;
const TOP = /^(apps|packages|mesh|docs|infra|deploy|environments|load-tests|\.github|\.ci)$/;

/** A path of the repository in backticks that does not exist; `*` stands for any name, and capital letters are placeholders. */
function pathProblem(file: string, code: string, page: Page, { root }: Known): string | undefined {
  if (!/^[\w.@*-]+(\/[\w.@*-]+)*\/?$/.test(code) || !code.includes('/')) return undefined;
  const segments = code.split('/');
  if (segments.some((segment) => /^[A-Z]{2,}$/.test(segment.split('.')[0] ?? '') && !/^[A-Z]+\.md$/.test(segment))) return undefined;
  if (newServicesOf(page).has(segments[1] ?? '')) return undefined;
  const folder = packageOf(file);
  const isFile = /\.(ts|mjs|js|json|ya?ml|md|tf|hcl|sh|sql|proto|mod|sum|svg|png)$|\/$/.test(code);
  if (!isFile && !TOP.test(segments[0] ?? '') && !(folder !== '' && OWN.test(segments[0] ?? ''))) return undefined;
  const places = ['', folder, dirname(file)].map((place) => join(root, place, code));
  return places.some(exists) ? undefined : `the path ${code} does not exist`;
}

/** Services that the commands of a page add. */
const newServicesOf = ({ blocks }: Page): ReadonlySet<string> =>
  new Set(blocks.flatMap(({ lines }) => lines.flatMap(({ text }) => /new service ([a-z][\w-]*)/.exec(text)?.[1] ?? [])));

/** The folder of the package that a page belongs to: `packages/cli` of its README; empty for the pages of the repository. */
const packageOf = (file: string): string => (normalize(file).startsWith('docs/') ? '' : dirname(file).replace(/^\.$/, ''));

const exists = (path: string): boolean => (path.includes('*') ? globSync(path).length > 0 : existsSync(path));

/** Names of environment variables: a whole code such as `FAULTS` or `FAULTS=on`, and assignments before a command. */
function variablesOf({ codes, blocks }: Page): readonly Place[] {
  const named = codes.flatMap(({ line, text }) => {
    const name = /^([A-Z][A-Z0-9_]{3,})(=\S*)?$/.exec(text)?.[1];
    return name ? [{ line, text: name }] : [];
  });
  const set = [...codes, ...blocks.filter(({ language }) => ['sh', 'console', ''].includes(language)).flatMap(({ lines }) => lines)];
  const assigned = set.flatMap(({ line, text }) =>
    [...text.matchAll(/(?:^|\s)([A-Z][A-Z0-9_]{3,})=\S+ (?:\.\/platform|npx|npm|node)\b/g)].map(([, name = '']) => ({ line, text: name })),
  );
  return [...named, ...assigned];
}

const variableProblem = (name: string, { capitals }: Known): string | undefined =>
  capitals.has(name) || FOREIGN.test(name) ? undefined : `no source reads the variable ${name}`;

/** Markdown of the repository; what others wrote and what a test copies is left out. */
export const pagesOf = (root: string): readonly string[] => globSync('**/*.md', { cwd: root, exclude: isForeign }).sort();

const isForeign = (path: string): boolean => /(^|\/)(node_modules|dist|\.git|\.turbo|\.terraform|crds|without-samples)$/.test(path);

/** Reads what the sources of a checkout have. */
export function knownOf(root: string, program: Command): Known {
  const sources = globSync(['**/*.{ts,mts,mjs,js,yaml,yml,tf,hcl,sh,json,go,py,sql,proto}', '.github/**/*.yaml'], {
    cwd: root,
    exclude: isForeign,
  });
  const texts = ['platform', ...sources.filter((file) => !file.endsWith('package-lock.json'))].map((file) =>
    readFileSync(join(root, file), 'utf8'),
  );
  const manifests = sources.filter((file) => basename(file) === 'package.json');
  return {
    root,
    program,
    capitals: new Set(texts.flatMap((text) => text.match(/\b[A-Z][A-Z0-9_]{3,}\b/g) ?? [])),
    scripts: new Map(manifests.map((file) => [dirname(file), scriptsOf(readFileSync(join(root, file), 'utf8'))])),
  };
}

const scriptsOf = (manifest: string): ReadonlySet<string> =>
  new Set(Object.keys((JSON.parse(manifest) as { scripts?: Readonly<Record<string, string>> }).scripts ?? {}));
