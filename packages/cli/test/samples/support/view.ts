import { spawn } from 'node:child_process';
import { checkout } from '@mesh-platform/targets';
import { instanceName } from '../../support/platform.ts';

/** A `./platform view` that runs. */
export interface StartedView {
  /** The address that opens the page once. */
  readonly url: string;
  /** Its one process. */
  readonly pid: number;
  /** Ends it as Ctrl-C does. */
  end(): Promise<void>;
}

/** Starts `./platform view` on the instance of the suite. */
export function startView(...args: readonly string[]): Promise<StartedView> {
  const child = spawn(`${checkout}/platform`, ['view', ...args, '--instance', instanceName()], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async () => {
    child.kill('SIGCONT'); // one that a test stopped
    if (child.kill('SIGINT')) await ended;
  };
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [url] = /http:\/\/127\.0\.0\.1:\d+\/open\S+/.exec(text) ?? [];
      if (url) resolve({ url, pid: child.pid ?? 0, end });
    });
    child.once('close', () => reject(new Error(`the view ended: ${text}`)));
  });
}
