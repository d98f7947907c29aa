import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const REFERENCE = /^\/\/# sourceMappingURL=\S+\.map$/m;

interface SourceMap {
  readonly sourceRoot?: string;
  readonly sources: readonly string[];
}

/**
 * A compiled file as base64, with its source map in it. The map names the sources by their URLs in this checkout, so that a debugger
 * opens them wherever the program runs.
 */
export async function withInlineMap(file: string): Promise<string> {
  const content = await readFile(file);
  const text = content.toString();
  if (!file.endsWith('.js') || !REFERENCE.test(text)) return content.toString('base64');
  const map = JSON.parse(await readFile(`${file}.map`, 'utf8')) as SourceMap;
  const files = map.sources.map((source) => resolve(dirname(file), map.sourceRoot ?? '', source));
  const sourcesContent = await Promise.all(files.map((source) => readFile(source, 'utf8')));
  const inlined = { ...map, sourceRoot: '', sources: files.map((source) => pathToFileURL(source).href), sourcesContent };
  const url = `data:application/json;base64,${Buffer.from(JSON.stringify(inlined)).toString('base64')}`;
  return Buffer.from(text.replace(REFERENCE, () => `//# sourceMappingURL=${url}`)).toString('base64');
}
