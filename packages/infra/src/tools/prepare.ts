import type { Progress } from '@mesh-platform/kubernetes';
import { tool } from '@mesh-platform/targets';
import { providerSchemas } from '../schema/provider-schema.ts';
import { awsData } from '../values/aws-data.ts';
import { standInPackages } from './aws-stand-in.ts';
import { checkov } from './checkov.ts';

/** Builds or fetches what the infra tests run, so that a user sees the progress; later runs find all of it in the cache. */
export async function prepareInfraTools(progress: Progress): Promise<void> {
  await Promise.all([providerSchemas(progress), checkov(progress), awsData(progress), standInPackages(progress)]);
  for (const name of ['actionlint', 'kubectl', 'tflint', 'tofu'] as const) await tool(name, progress);
}
