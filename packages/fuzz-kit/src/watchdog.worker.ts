import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const POLL_MS = 200;
const STDERR = 2;
const [INDEX, BEGUN] = [0, 1];

const { message, cpuMs, shared } = workerData as { message: string; cpuMs: number; shared: SharedArrayBuffer };
const state = new Int32Array(shared);

let begun = Atomics.load(state, BEGUN);
let cpuAtBegin = process.cpuUsage();
setInterval(() => {
  const latest = Atomics.load(state, BEGUN);
  if (latest !== begun) {
    begun = latest;
    cpuAtBegin = process.cpuUsage();
    return;
  }
  if (begun === 0) return;
  const { user, system } = process.cpuUsage(cpuAtBegin);
  if ((user + system) / 1000 < cpuMs) return;
  writeSync(STDERR, `${message.replace('{index}', String(Atomics.load(state, INDEX)))}\n`);
  process.kill(process.pid, 'SIGKILL');
}, POLL_MS);
