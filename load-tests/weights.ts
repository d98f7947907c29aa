import http from 'k6/http';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { acceptance, ERROR_RATE, PRECISION, requestsForAll } from '../packages/proofs/src/statistics/binomial.ts';
import { reported, type Summary } from './report.ts';
import { baseUrlOf, differences, numberOf, readWeights, type WeightsByService } from './settings.ts';

// Who answers at the gateway (x-served-by) and between services (the path of a request), against the weights that are expected.
// WEIGHTS, RUNNING_WEIGHTS and PATH_QUESTION come from `./platform tool k6`, which reads the topology and the running VirtualServices.

const baseUrl = baseUrlOf(__ENV);
if (!__ENV.WEIGHTS)
  throw new Error('WEIGHTS is missing: run ./platform tool k6 -- run load-tests/weights.ts, or give WEIGHTS=preview=v1:80,v2:20');
const expected = readWeights('WEIGHTS', __ENV.WEIGHTS);
const running: WeightsByService = __ENV.RUNNING_WEIGHTS ? readWeights('RUNNING_WEIGHTS', __ENV.RUNNING_WEIGHTS) : {};
const entry = __ENV.ENTRY || 'preview';
const question = `${baseUrl}${__ENV.PATH_QUESTION || '/api/path'}`;
const precision = numberOf(__ENV, 'PRECISION', 100 * PRECISION) / 100;
const AT_ONCE = 8;

const requestsOf = (service: string): number =>
  requestsForAll(
    Object.values(expected[service] ?? {}).map((percent) => percent / 100),
    precision,
  );
const between = Object.keys(expected).filter((service) => service !== entry);
const atGateway = requestsOf(entry);
const inside = Math.max(200, ...between.map(requestsOf));

const served = new Counter('served');
const failed = new Counter('failed');
const differing = new Counter('running_virtual_service_differs');

const bounds = Object.entries(expected).flatMap(([service, percents]) =>
  Object.entries(percents).map(([version, percent]): [string, string[]] => {
    const { from, to } = acceptance(service === entry ? atGateway : inside, percent / 100, ERROR_RATE);
    return [`served{version:${service}/${version}}`, [`count>=${from}`, `count<=${to}`]];
  }),
);

export const options: Options = {
  scenarios: {
    gateway: { executor: 'shared-iterations', exec: 'gateway', vus: AT_ONCE, iterations: atGateway, maxDuration: '5m' },
    between: { executor: 'shared-iterations', exec: 'path', vus: AT_ONCE, iterations: inside, maxDuration: '5m', startTime: '1s' },
  },
  thresholds: {
    ...Object.fromEntries(bounds),
    served: [`count>=${atGateway + between.length * inside}`],
    failed: ['count==0'],
    running_virtual_service_differs: ['count==0'],
  },
};

export function setup(): void {
  differing.add(differences(expected, running).length);
}

/** No cookie is kept: each request is a separate session. */
export function gateway(): void {
  const { status, headers } = http.get(question, { jar: new http.CookieJar() });
  count(status === 200, [headers['X-Served-By'] ?? '']);
}

interface Hop {
  readonly service: string;
  readonly version: string;
}

export function path(): void {
  const { status, body } = http.get(question, { jar: new http.CookieJar() });
  const hops = status === 200 ? (JSON.parse(String(body)) as { hops: Hop[] }).hops : [];
  count(
    status === 200,
    hops.filter(({ service }) => between.includes(service)).map(({ service, version }) => `${service}/${version}`),
  );
}

function count(answered: boolean, versions: readonly string[]): void {
  failed.add(answered ? 0 : 1);
  for (const version of answered ? versions : []) served.add(1, { version });
}

export function handleSummary(summary: Summary): Record<string, string> {
  const countOf = (name: string) => summary.metrics[name]?.values.count ?? 0;
  const dead = Object.entries(expected).flatMap(([service, percents]) =>
    Object.entries(percents)
      .filter(([version, percent]) => percent > 0 && countOf(`served{version:${service}/${version}}`) === 0)
      .map(([version]) => `${service} ${version} answered nothing: ${countOf('failed')} requests failed`),
  );
  return reported('weights', summary, [...differences(expected, running), ...dead], __ENV.REPORTS || '.');
}
