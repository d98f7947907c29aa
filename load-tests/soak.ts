import type { Options } from 'k6/options';
import { readDocuments, writeDocument } from './documents.ts';
import { reported, type Summary } from './report.ts';
import { baseUrlOf, numberOf } from './settings.ts';

// Minutes to hours of reads and writes: none fails, and the slowest stays quick. The suite `endurance` watches the memory meanwhile.

const baseUrl = baseUrlOf(__ENV);
const minutes = numberOf(__ENV, 'MINUTES', 10);
const users = numberOf(__ENV, 'USERS', 4);
const p99 = numberOf(__ENV, 'P99_MS', 3000);

export const options: Options = {
  summaryTrendStats: ['med', 'p(90)', 'p(95)', 'p(99)', 'max'],
  scenarios: { soak: { executor: 'constant-vus', vus: users, duration: `${minutes}m` } },
  thresholds: {
    failed: ['count==0'],
    reads: [`count>${60 * minutes}`],
    writes: [`count>${6 * minutes}`],
    read_ms: [`p(99)<${p99}`],
    write_ms: [`p(99)<${p99}`],
  },
};

export default function visit(): void {
  for (let read = 0; read < 5; read++) readDocuments(baseUrl);
  writeDocument(baseUrl);
}

export const handleSummary = (summary: Summary): Record<string, string> => reported('soak', summary, [], __ENV.REPORTS || '.');
