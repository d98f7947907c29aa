import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningTarget, stateFolder } from '@mesh-platform/targets';

/** skaffold's own settings: no telemetry, no update check, no survey. https://skaffold.dev/docs/resources/telemetry/ */
const GLOBAL = {
  global: { 'collect-metrics': false, 'update-check': false, survey: { 'disable-prompt': true } },
  kubeContexts: [],
};

/**
 * Environment variables of skaffold, each of which a flag of the same name overrides: its settings in a file of ours,
 * and on a target with a registry the profile that pushes there.
 */
export async function skaffoldSettings(target: Pick<RunningTarget, 'registry'> | undefined): Promise<Readonly<Record<string, string>>> {
  const folder = join(stateFolder(), '.skaffold');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'config'), JSON.stringify(GLOBAL)); // JSON is YAML
  return {
    SKAFFOLD_CONFIG: join(folder, 'config'),
    SKAFFOLD_INTERACTIVE: 'false',
    ...(target?.registry ? { SKAFFOLD_PROFILE: 'embedded', SKAFFOLD_DEFAULT_REPO: target.registry } : {}),
  };
}
