import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOutputs } from '@mesh-platform/infra';
import { checkout } from '@mesh-platform/targets';

/** Where people reach the platform of an environment by name, as Terraform's outputs say; undefined where it has no name. */
export async function publicAddressIn(environment: string): Promise<string | undefined> {
  if (environment !== 'eks') return undefined;
  const outputs = JSON.parse(await readFile(join(checkout, 'environments/eks/outputs.json'), 'utf8'));
  return readOutputs(outputs).edge.url;
}
