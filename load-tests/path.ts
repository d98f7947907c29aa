import type { Options } from 'k6/options';
import { readDocuments, writeDocument } from './documents.ts';
import { reported, type Summary } from './report.ts';
import { baseUrlOf, numberOf } from './settings.ts';

// Latency and throughput of reads and writes through all three services, at a pace that a slow answer does not make lighter.

const baseUrl = baseUrlOf(__ENV);
const seconds = numberOf(__ENV, 'SECONDS', 15);
const rate = numberOf(__ENV, 'RATE', 20);
const writeRate = numberOf(__ENV, 'WRITE_RATE', 5);
const p95 = numberOf(__ENV, 'P95_MS', 2000);

const pace = (perSecond: number, exec: string) =>
  ({
    executor: 'constant-arrival-rate',
    exec,
    rate: perSecond,
    timeUnit: '1s',
    duration: `${seconds}s`,
    preAllocatedVUs: 10,
    maxVUs: 100,
  }) as const;
/** What a busy machine may not get to. */
const enough = (perSecond: number): string => `count>${Math.floor(0.8 * perSecond * seconds)}`;

export const options: Options = {
  summaryTrendStats: ['med', 'p(90)', 'p(95)', 'p(99)', 'max'],
  scenarios: { reads: pace(rate, 'reads'), writes: pace(writeRate, 'writes') },
  thresholds: {
    failed: ['count==0'],
    reads: [enough(rate)],
    writes: [enough(writeRate)],
    read_ms: [`p(95)<${p95}`],
    write_ms: [`p(95)<${p95}`],
  },
};

export const reads = (): void => readDocuments(baseUrl);
export const writes = (): void => writeDocument(baseUrl);
export const handleSummary = (summary: Summary): Record<string, string> => reported('path', summary, [], __ENV.REPORTS || '.');
