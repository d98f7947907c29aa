import { glob } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import { type Rendered, render } from '../render/render.ts';
import type { Environment } from '../topology/environment.ts';
import { readPatches } from './read-patches.ts';

/** An environment from its file, with everything that it renders. */
export interface LoadedEnvironment {
  readonly file: string;
  readonly environment: Environment;
  readonly rendered: Rendered;
}

/** Loads a file whose default export is an environment, and renders it with its patches. A file that throws becomes one message with the hint. */
export async function loadEnvironment(file: string): Promise<LoadedEnvironment> {
  const environment = await imported(file);
  const folders: string[] = [];
  for await (const folder of glob([...environment.patches], { cwd: dirname(file) })) folders.push(folder);
  const patches = await readPatches(folders.sort().map((folder) => resolve(dirname(file), folder)));
  return { file, environment, rendered: render(environment, patches) };
}

async function imported(file: string): Promise<Environment> {
  const name = relative(process.cwd(), file);
  const module = await import(pathToFileURL(file).href).catch((error: unknown) => {
    if (error instanceof PlatformError) throw new PlatformError(`${name}: ${error.message}`, error.hint, { cause: error });
    throw new PlatformError(`${name} does not load: ${messageOf(error)}`, 'fix what the message names; tsc reports the details', {
      cause: error,
    });
  });
  const environment = (module as { default?: unknown }).default;
  if (!isEnvironment(environment))
    throw new PlatformError(
      `${name} exports no environment`,
      'export default defineEnvironment(mesh, { … }), as environments/local.ts does',
    );
  return environment;
}

const isEnvironment = (value: unknown): value is Environment =>
  typeof value === 'object' && value !== null && 'mesh' in value && 'patches' in value && 'image' in value;
