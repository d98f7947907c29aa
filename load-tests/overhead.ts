import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import type { Options } from 'k6/options';
import type { Summary } from './report.ts';
import { baseUrlOf, numberOf } from './settings.ts';

// The same reads and writes for whatever is compared: at a pace (RATE), or as fast as so many clients go (CLIENTS).

const documents = `${baseUrlOf(__ENV)}${__ENV.DOCUMENTS || '/api/documents'}`;
/** Where the address is no name that the gateway answers to. */
const host: Record<string, string> = __ENV.HOST ? { Host: __ENV.HOST } : {};
const seconds = numberOf(__ENV, 'SECONDS', 15);
const clients = numberOf(__ENV, 'CLIENTS', 16);
const WRITE_EVERY = 5;

const failed = new Counter('failed');
const answered = new Counter('answered');
const milliseconds = new Trend('milliseconds');

const duration = `${seconds}s`;
const paced = (rate: number) =>
  ({ executor: 'constant-arrival-rate', rate, timeUnit: '1s', duration, preAllocatedVUs: 20, maxVUs: 100 }) as const;

export const options: Options = {
  summaryTrendStats: ['p(50)', 'p(90)', 'p(99)'],
  scenarios: { load: __ENV.RATE ? paced(numberOf(__ENV, 'RATE', 100)) : { executor: 'constant-vus', vus: clients, duration } },
  thresholds: { failed: ['count==0'], answered: ['count>0'] },
};

function write() {
  const key = `overhead-${Date.now()}-${Math.random()}`;
  const headers = { ...host, 'content-type': 'application/json', 'idempotency-key': key };
  return http.post(documents, JSON.stringify({ title: key, body: '# of a load test' }), { headers });
}

export function setup(): string {
  const { status, body } = write();
  if (status !== 201) throw new Error(`a document cannot be created: ${status} ${body}`);
  return (JSON.parse(String(body)) as { id: string }).id;
}

export default function request(id: string): void {
  const writes = __ITER % WRITE_EVERY === 0;
  const { status, timings } = writes ? write() : http.get(`${documents}/${id}`, { headers: host });
  const well = status === (writes ? 201 : 200);
  failed.add(well ? 0 : 1);
  answered.add(well ? 1 : 0);
  if (well) milliseconds.add(timings.duration);
}

export function handleSummary({ metrics }: Summary): Record<string, string> {
  const { 'p(50)': p50, 'p(90)': p90, 'p(99)': p99 } = metrics.milliseconds?.values ?? {};
  const perSecond = (metrics.answered?.values.count ?? 0) / seconds;
  return { stdout: `${JSON.stringify({ perSecond, p50, p90, p99, failed: metrics.failed?.values.count })}\n` };
}
