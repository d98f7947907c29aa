import { Worker } from 'node:worker_threads';

/** Ends this process where one input never ends, which no timer of the same thread could. */
export interface Watchdog {
  /** Reports the start of the input with this number. */
  readonly begin: (index: number) => void;
  readonly stop: () => Promise<void>;
}

export interface WatchdogOptions {
  /** Printed before the process is ended; `{index}` stands for the number of the input. */
  readonly message: string;
  /** Milliseconds of processor time, so that a busy machine ends nothing. */
  readonly cpuMs: number;
}

/** Watches from a thread of its own. */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const [INDEX, BEGUN] = [0, 1];
  const state = new Int32Array(shared);
  const worker = new Worker(new URL('./watchdog.worker.ts', import.meta.url), { workerData: { ...options, shared } });
  worker.unref();
  return {
    begin: (index) => {
      Atomics.store(state, INDEX, index);
      Atomics.add(state, BEGUN, 1);
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
