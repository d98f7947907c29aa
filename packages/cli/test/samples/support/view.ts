import { spawn } from 'node:child_process';
import { checkout } from '@mesh-platform/targets';
import { instanceName } from '../../support/platform.ts';

/** A `./platform view` that runs. */
export interface StartedView {
  /** The address that opens the page once. */
  readonly url: string;
  /** Its one process. */
  readonly pid: number;
  /** Collects the garbage of its process, if it was started with `--inspect` among NODE_OPTIONS. */
  collectGarbage(): Promise<void>;
  /** Ends it as Ctrl-C does. */
  end(): Promise<void>;
}

/** Starts `./platform view` on the instance of the suite. */
export function startView(env: NodeJS.ProcessEnv = {}): Promise<StartedView> {
  const child = spawn(`${checkout}/platform`, ['view', '--instance', instanceName()], { env: { ...process.env, ...env } });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
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
      if (url) resolve({ url, pid: child.pid ?? 0, end, collectGarbage: () => collectGarbage(/ws:\/\/\S+/.exec(errors)?.[0] ?? '') });
    });
    child.once('close', () => reject(new Error(`the view ended: ${text}${errors}`)));
  });
}

/** Asks the debugger at the address. https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/ */
async function collectGarbage(debuggerUrl: string): Promise<void> {
  const socket = new WebSocket(debuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`no debugger answers at ${debuggerUrl}`));
  });
  const answered = new Promise((resolve) => {
    socket.onmessage = resolve;
  });
  socket.send('{"id":1,"method":"HeapProfiler.collectGarbage"}');
  await answered;
  socket.close();
}
