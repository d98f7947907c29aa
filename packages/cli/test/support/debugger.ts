/** A debugger that is attached to a program of Node.js by the Chrome DevTools Protocol. */
export class Debugger {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #events: { readonly method: string; readonly params: unknown }[] = [];
  #waiting: (() => void)[] = [];
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const { id, result, method, params } = JSON.parse(String(data)) as {
        id?: number;
        result?: unknown;
        method?: string;
        params?: unknown;
      };
      if (id !== undefined) this.#answers.get(id)?.(result);
      if (method) this.#events.push({ method, params });
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** Attaches to the program whose debugger listens on this port of the machine. */
  static async attach(port: number): Promise<Debugger> {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: AbortSignal.timeout(5_000) });
    const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error('no debugger answers')), { once: true });
    });
    return new Debugger(socket);
  }

  call<T>(method: string, params: object = {}): Promise<T> {
    const id = ++this.#calls;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#answers.set(id, resolve as (result: unknown) => void));
  }

  /** The first event of this method that fits, also one that came before. The test's own limit bounds it. */
  async event<T>(method: string, fits: (params: T) => boolean = () => true): Promise<T> {
    for (;;) {
      const found = this.#events.find((event) => event.method === method && fits(event.params as T));
      if (found) return found.params as T;
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  close(): void {
    this.#socket.close();
  }
}

/** A script, as `Debugger.scriptParsed` reports it. */
export interface Script {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL: string;
}

/** The sources that the map in a script names. */
export const sourcesOf = ({ sourceMapURL }: Script): readonly string[] => {
  const [, encoded = ''] = sourceMapURL.split('base64,');
  return (JSON.parse(Buffer.from(encoded, 'base64').toString()) as { readonly sources: readonly string[] }).sources;
};
