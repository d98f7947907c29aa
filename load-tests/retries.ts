import http from 'k6/http';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { within } from '../packages/proofs/src/statistics/binomial.ts';
import { reported, type Summary } from './report.ts';
import { baseUrlOf, numberOf } from './settings.ts';

// Reads while each attempt of core fails with a given chance: the failures that remain after the retries are predicted and counted.

const baseUrl = baseUrlOf(__ENV);
const fraction = numberOf(__ENV, 'FAULT_FRACTION', 0.3);
const attempts = 1 + numberOf(__ENV, 'RETRIES', 2);
const requests = numberOf(__ENV, 'REQUESTS', 6000);
/** In points: three standard deviations of 5,000 requests at 2.7 %. */
const tolerance = numberOf(__ENV, 'TOLERANCE', 0.7) / 100;
const predicted = fraction ** attempts;
const { from, to } = within(requests, predicted, tolerance);

const answered = new Counter('answered');
const failed = new Counter('failed');
const other = new Counter('failed_otherwise');

export const options: Options = {
  scenarios: { reads: { executor: 'shared-iterations', vus: 8, iterations: requests, maxDuration: '10m' } },
  thresholds: {
    failed: [`count>=${from}`, `count<=${to}`],
    answered: [`count>=${requests - to}`],
    failed_otherwise: ['count==0'],
  },
};

export default function read(): void {
  const { status } = http.get(`${baseUrl}/api/documents?limit=1`, { headers: { 'x-fault': `core=unavailable:${fraction}` } });
  answered.add(status === 200 ? 1 : 0);
  failed.add(status === 503 ? 1 : 0);
  other.add(status === 200 || status === 503 ? 0 : 1);
}

export const handleSummary = (summary: Summary): Record<string, string> => {
  const count = summary.metrics.failed?.values.count ?? 0;
  const words = `${((100 * count) / requests).toFixed(2)} % of ${requests} failed, ${(100 * predicted).toFixed(2)} % were predicted`;
  const { stdout, ...pages } = reported('retries', summary, [], __ENV.REPORTS || '.');
  return { ...pages, stdout: `${words}\n${stdout}` };
};
