import { fileURLToPath } from 'node:url';
import { freePort, type RunningService, startService, until } from '@mesh-platform/service-kit/testing';
import { startScriptedWeb } from './scripted-web.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The real process of preview in front of a web that answers what a test sets. */
export interface RunningPreview {
  readonly url: string;
  readonly service: RunningService;
  readonly web: Awaited<ReturnType<typeof startScriptedWeb>>;
  stop(): Promise<void>;
}

/** Starts preview's production build, and waits until it is ready. */
export async function startPreview(env: Readonly<Record<string, string>>): Promise<RunningPreview> {
  const web = await startScriptedWeb();
  const PORT = String(await freePort());
  const url = `http://127.0.0.1:${PORT}`;
  const service = startService(main, { PORT, WEB_URL: web.url, ...env });
  const stop = async () => {
    await service[Symbol.asyncDispose]();
    web.stop();
  };
  try {
    await until('preview to be ready', async () => (await fetch(`${url}/readyz`)).ok);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, service, web, stop };
}
