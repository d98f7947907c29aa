import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { type RunningTarget, stateFolder, tool } from '@mesh-platform/targets';

/** skaffold's own settings: no telemetry, no update check, no survey. https://skaffold.dev/docs/resources/telemetry/ */
const GLOBAL = {
  global: { 'collect-metrics': false, 'update-check': false, survey: { 'disable-prompt': true } },
  kubeContexts: [],
};

/** Where skaffold brings images to the nodes with the program kind: it looks at the name of the context. */
const LOADED_BY_KIND = /^(context:)?kind(-|$)/;

/**
 * The environment of skaffold. Its settings are in a file of ours, and on a target with a registry it takes the profile that pushes there: a variable of the
 * user's goes before each. PATH has the programs that it starts first: kubectl, and on kind the one that loads images.
 */
export async function skaffoldEnvironment(
  target: Pick<RunningTarget, 'name' | 'registry'> | undefined,
  progress: Progress,
): Promise<NodeJS.ProcessEnv> {
  const programs = [await tool('kubectl', progress), ...(LOADED_BY_KIND.test(target?.name ?? '') ? [await tool('kind', progress)] : [])];
  const folder = join(stateFolder(), '.skaffold');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'config'), JSON.stringify(GLOBAL)); // JSON is YAML
  return {
    SKAFFOLD_CONFIG: join(folder, 'config'),
    SKAFFOLD_INTERACTIVE: 'false',
    ...(target?.registry ? { SKAFFOLD_PROFILE: 'embedded', SKAFFOLD_DEFAULT_REPO: target.registry } : {}),
    ...process.env,
    PATH: [...programs.map((program) => dirname(program)), process.env.PATH].join(delimiter),
  };
}
