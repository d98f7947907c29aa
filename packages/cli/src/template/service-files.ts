import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@mesh-platform/kubernetes';

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

/** The files of a new service: the template of its protocol, and with Postgres the files for its database. */
const layersOf = (protocol: TemplateProtocol, postgres: boolean): readonly string[] => [
  protocol,
  ...(postgres ? ['postgres/common', `postgres/${protocol}`] : []),
];

/** The files of a new service, by their paths in its folder: those of the service `example`, under another name. */
export async function serviceFiles(name: string, protocol: TemplateProtocol, postgres: boolean): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const layer of layersOf(protocol, postgres))
    for (const [path, text] of await filesOf(join(templates, layer))) files.set(path, laidOver(path, files.get(path), text));
  return new Map([...files].map(([path, text]) => [renamed(path, name), renamed(placed(text), name)]));
}

async function filesOf(folder: string): Promise<readonly (readonly [path: string, text: string])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const own = paths.filter((path) => !/(^|\/)(node_modules|dist|\.turbo)\//.test(path)).sort();
  return Promise.all(own.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const));
}

/** A file of a later layer takes the place of the one below; a manifest and a page add to it. */
function laidOver(path: string, below: string | undefined, text: string): string {
  if (below === undefined) return text;
  if (path === 'package.json') return withManifest(JSON.parse(below), JSON.parse(text));
  return path === 'README.md' ? below + text : text;
}

interface Manifest {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

function withManifest(below: Manifest, { files, dependencies }: Manifest): string {
  const all = Object.entries({ ...below.dependencies, ...dependencies }).sort(([a], [b]) => (a < b ? -1 : 1));
  const manifest = { ...below, files: [...below.files, ...files], dependencies: Object.fromEntries(all) };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** A template is two folders deeper than a service. */
const placed = (text: string): string => text.replace('"../../../../tsconfig.base.json"', '"../../tsconfig.base.json"');

/** The name in each form that it has: of a proto package and a database, of a proto service, and as it is. */
const renamed = (text: string, name: string): string =>
  text
    .replaceAll(/\bexample(?=\.v1\b|\/v1\/|\.proto\b)|(?<=database: '|PGDATABASE, value: |PGDATABASE: ')example\b/g, withUnderscores(name))
    .replaceAll('Example', protoService(name))
    .replaceAll('example', name);

/** `my_cart` of the service `my-cart`: its proto package, and its database. */
export const withUnderscores = (name: string): string => name.replaceAll('-', '_');

/** `MyCart` of it. */
export const protoService = (name: string): string => name.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
