import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { cached, keyOf, run } from '@mesh-platform/targets';
import { type Assembly, distil } from './distil.ts';
import type { BlockKind, ProviderSchema, ResourceSchema } from './schema.ts';

interface Bindings {
  readonly provider: string;
  readonly version: string;
  /** What is packed: the provider's schema in the form of bindings. 46 MB for AWS, so it is no dependency of the workspace. */
  readonly package: string;
  readonly integrity: string;
}

/** The two providers that infra/terraform names; `version` is what the bindings were made from. */
export const providers: readonly Bindings[] = [
  {
    provider: 'hashicorp/aws',
    version: '6.66.0',
    package: '@cdktn/provider-aws@25.7.0',
    integrity: 'sha512-E/nhu0yVZE4mXMgIPuI8tEFt1BExLkA7ARjihdG+/HmfDfzLr+OEF3dkFRvI6glRt30lrrBWQLwXqCJBxcmyUg==',
  },
  {
    provider: 'hashicorp/helm',
    version: '3.1.1',
    package: '@cdktf/provider-helm@12.1.2',
    integrity: 'sha512-QFLfD6e5djSiuw5o63JTaVjLTzUrcXW4rT6zdcvIHfjrqcUJT+Yc8cfhLTVVr5p+fRYrB90b6j8YogBEsLj+5A==',
  },
];

/** Raise it when what `distil` writes changes. */
const FORMAT = '2';
const TEN_MINUTES = 600_000;

/** Gives the schema of a resource, undefined where no provider has it. */
export type SchemaLookup = (kind: BlockKind, type: string) => Promise<ResourceSchema | undefined>;

/** The providers' schemas, fetched once from the npm registry, verified and kept in the platform's cache, a file for each resource. */
export async function providerSchemas(progress: Progress): Promise<SchemaLookup> {
  const folders: string[] = [];
  for (const bindings of providers) {
    const key = keyOf(FORMAT, bindings.package, bindings.integrity);
    folders.push(await cached('terraform-schema', key, (folder) => fetchSchema(bindings, folder, progress)));
  }
  return async (kind, type) => {
    for (const folder of folders) {
      const text = await readFile(join(folder, kind, `${type}.json`), 'utf8').catch(() => undefined);
      if (text !== undefined) return JSON.parse(text) as ResourceSchema;
    }
    return undefined;
  };
}

async function fetchSchema(bindings: Bindings, folder: string, progress: Progress): Promise<void> {
  await progress.step(`schema of ${bindings.provider} ${bindings.version} from the npm registry`, async (note) => {
    note('fetching');
    const archive = await pack(bindings, folder);
    await verify(archive, bindings);
    note('reading');
    await run('tar', ['-xzf', archive, '-C', folder, 'package/.jsii'], { timeout: TEN_MINUTES });
    const assembly = JSON.parse(await readFile(join(folder, 'package/.jsii'), 'utf8')) as Assembly;
    await writeSchema(distil(assembly), folder);
    await rm(join(folder, 'package'), { recursive: true });
    await rm(archive);
  });
}

async function pack(bindings: Bindings, folder: string): Promise<string> {
  try {
    const words = await run('npm', ['pack', bindings.package, '--json', '--loglevel=error', '--pack-destination', folder], {
      cwd: folder,
      timeout: TEN_MINUTES,
    });
    const answer = JSON.parse(words) as readonly { readonly filename: string }[] | Record<string, { readonly filename: string }>;
    const [packed] = Array.isArray(answer) ? answer : Object.values(answer);
    return join(folder, packed.filename);
  } catch (error) {
    throw new PlatformError(
      `the schema of ${bindings.provider} could not be fetched: ${messageOf(error)}`,
      "check the network and npm's settings, then try again",
      { cause: error },
    );
  }
}

async function verify(archive: string, { package: name, integrity }: Bindings): Promise<void> {
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== integrity)
    throw new PlatformError(`${name} is not what was pinned: ${found}`, 'do not use it; find out why the registry serves something else');
}

async function writeSchema(schema: ProviderSchema, folder: string): Promise<void> {
  for (const [kind, resources] of Object.entries(schema)) {
    await mkdir(join(folder, kind), { recursive: true });
    for (const [type, resource] of Object.entries(resources)) await writeFile(join(folder, kind, `${type}.json`), JSON.stringify(resource));
  }
}
