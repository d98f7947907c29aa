import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';

const templates = join(import.meta.dirname, '../../templates');

/** What a new service can speak. */
export const protocols = ['http', 'grpc'] as const;
export type TemplateProtocol = (typeof protocols)[number];

export const protocolNamed = (name: string): TemplateProtocol => {
  const protocol = protocols.find((known) => known === name);
  if (!protocol) throw new UsageError(`there is no template that speaks '${name}'`, `name one of: ${protocols.join(', ')}`);
  return protocol;
};

/** The port of each protocol. */
export const PORTS: Readonly<Record<TemplateProtocol, number>> = { http: 8080, grpc: 9090 };

/** The files of a new service, by their paths in its folder: those of the service `example`, under another name. */
export async function serviceFiles(name: string, protocol: TemplateProtocol): Promise<ReadonlyMap<string, string>> {
  const folder = join(templates, protocol);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const own = paths.filter((path) => !/(^|\/)(node_modules|dist|\.turbo)\//.test(path)).sort();
  const texts = await Promise.all(own.map((path) => readFile(join(folder, path), 'utf8')));
  return new Map(own.map((path, index) => [renamed(path, name), renamed(placed(texts[index] ?? ''), name)]));
}

/** A template lies two folders deeper than a service. */
const placed = (text: string): string => text.replace('"../../../../tsconfig.base.json"', '"../../tsconfig.base.json"');

/** The name in each form that it has: of a proto package, of a proto service, and as it is. */
const renamed = (text: string, name: string): string =>
  text
    .replaceAll(/\bexample(?=\.v1\b|\/v1\/|\.proto\b)/g, protoPackage(name))
    .replaceAll('Example', protoService(name))
    .replaceAll('example', name);

/** `my_cart` of the service `my-cart`. */
export const protoPackage = (name: string): string => name.replaceAll('-', '_');

/** `MyCart` of it. */
export const protoService = (name: string): string => name.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
