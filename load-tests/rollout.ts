import http from 'k6/http';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { reported, type Summary } from './report.ts';
import { baseUrlOf, numberOf } from './settings.ts';

// The traffic of a demonstration: run `./platform mesh rollout preview v2` meanwhile. FAULT makes the canary fail, such as preview/v2=unavailable:0.3.

const url = `${baseUrlOf(__ENV)}${__ENV.PATH_QUESTION || '/api/path'}`;
const rate = numberOf(__ENV, 'RATE', 40);
const seconds = numberOf(__ENV, 'SECONDS', 300);
const mostFailed = numberOf(__ENV, 'MOST_FAILED', 100);
const fault = __ENV.FAULT ?? '';

const answered = new Counter('answered');
const failed = new Counter('failed');

export const options: Options = {
  scenarios: {
    steady: { executor: 'constant-arrival-rate', rate, duration: `${seconds}s`, preAllocatedVUs: rate, maxVUs: 4 * rate },
  },
  thresholds: { answered: [`count>=${Math.floor(rate * seconds * 0.9) - mostFailed}`], failed: [`count<=${mostFailed}`] },
};

/** No cookie is kept: each request is a separate session. */
export default function request(): void {
  const headers: Record<string, string> = fault ? { 'x-fault': fault } : {};
  const { status, headers: answer } = http.get(url, { headers, jar: new http.CookieJar() });
  failed.add(status >= 200 && status < 500 ? 0 : 1);
  if (status === 200) answered.add(1, { version: answer['X-Served-By'] ?? '' });
}

export const handleSummary = (summary: Summary): Record<string, string> => reported('rollout', summary, [], __ENV.REPORTS || '.');
