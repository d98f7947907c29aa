import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import type { Service } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { load } from 'js-yaml';

/** A Secret of a service with one random value, which is generated once and kept. */
export interface DeclaredSecret {
  readonly service: string;
  readonly name: string;
  readonly key: string;
}

/**
 * The Secrets that services declare next to their patches, in `apps/<service>/deploy/secrets.yaml`: the name of each and its key. Throws a
 * PlatformError that names the file where it declares something else.
 */
export async function declaredSecrets(
  services: Iterable<Pick<Service, 'name'>>,
  apps = join(checkout, 'apps'),
): Promise<readonly DeclaredSecret[]> {
  return (await Promise.all([...services].map(({ name }) => secretsOf(name, join(apps, name, 'deploy/secrets.yaml'))))).flat();
}

async function secretsOf(service: string, file: string): Promise<readonly DeclaredSecret[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (text === undefined) return [];
  const where = relative(checkout, file);
  return Object.entries(parsed(text, where)).map(([name, key]: [string, unknown]) => {
    if (!name.startsWith(`${service}-`) || typeof key !== 'string')
      throw new PlatformError(
        `${where} declares no Secret of ${service}: ${name}`,
        `begin the name with the service's, and give it one key: ${service}-api-key: key`,
      );
    return { service, name, key };
  });
}

function parsed(text: string, where: string): object {
  try {
    return load(text) as object;
  } catch (cause) {
    throw new PlatformError(`${where} cannot be read: ${messageOf(cause)}`, 'fix it, or remove the file', { cause });
  }
}
