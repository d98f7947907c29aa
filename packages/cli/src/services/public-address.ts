import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOutputs } from '@mesh-platform/infra';
import { checkout } from '@mesh-platform/targets';

/** The public URL of an environment from Terraform's outputs; undefined where it has no domain name. */
export async function publicAddressIn(environment: string): Promise<string | undefined> {
  if (environment !== 'eks') return undefined;
  const outputs = JSON.parse(await readFile(join(checkout, 'environments/eks/outputs.json'), 'utf8'));
  return readOutputs(outputs).edge.url;
}
