import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';

const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  ts: 'text/javascript; charset=utf-8',
} as const;

/** The files of the page. Modules are TypeScript: their types are taken out when the view starts. */
const FILES = [
  'index.html',
  'style.css',
  'waterfall.css',
  'icon.svg',
  'page.ts',
  'element.ts',
  'graph.ts',
  'groups.ts',
  'layout.ts',
  'table.ts',
  'details.ts',
  'panels.ts',
  'waterfall.ts',
  'words.ts',
] as const;

export interface Asset {
  readonly type: string;
  readonly body: string;
}

/** Every file of the page by its name. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const entries = FILES.map(async (name) => {
    const text = await readFile(new URL(`../page/${name}`, import.meta.url), 'utf8');
    const extension = name.slice(name.lastIndexOf('.') + 1) as keyof typeof TYPES;
    return [name, { type: TYPES[extension], body: extension === 'ts' ? stripTypeScriptTypes(text) : text }] as const;
  });
  return new Map(await Promise.all(entries));
}
