import { join } from 'node:path';
import { expect, it } from 'vitest';
import { innerBlocks, resourcesOf } from '../checks/aws/resources.ts';
import { member, readModule, terraformFolder } from '../hcl/terraform-module.ts';
import { monthlyCost, total } from './cost.ts';
import { costTables } from './cost-table.ts';
import { prices } from './prices.ts';
import { type EnvironmentVariables, environmentVariables } from './variables.ts';

const idle = { natGib: 0, endpointGib: 0, logGib: 0, imageGib: 0, loadBalancerUnits: 0 };
const small = {
  region: prices.region,
  network: { zones: ['a', 'b', 'c'], nat_per_zone: false },
  cluster: { node_groups: { arm64: { instance_types: ['m7g.large'], minimum: 2, disk_gib: 10 } } },
  database: { instance_class: 'db.t4g.medium', multi_az: false, storage_gib: 20 },
  alarms: { budget_usd: 500 },
  ci: { repository: 'example/shop' },
};

it('each line is its count times its price, and the sum is the sum of the lines', () => {
  const lines = monthlyCost(small, idle, 1);
  const of = (what: string) => lines.find((line) => line.what.startsWith(what));
  expect(of('nodes arm64')).toEqual({ what: 'nodes arm64: m7g.large', arithmetic: '2 × 730 h × 0.0816', usd: 2 * 730 * 0.0816 });
  expect(of('nodes’ disks')?.usd).toBeCloseTo(20 * 0.08);
  expect(total(lines)).toBeCloseTo(73 + 119.136 + 1.6 + 47.45 + 2.3 + 32.85 + 87.6 + 16.425 + 14.6 + 5 + 0.9 + 0.9 + 1.2);
});

it('a standby doubles the database, and a NAT gateway in each zone triples theirs', () => {
  const usd = (variables: typeof small, what: string) =>
    monthlyCost(variables, idle, 1).find((line) => line.what.startsWith(what))?.usd ?? 0;
  expect(usd({ ...small, database: { ...small.database, multi_az: true } }, 'database:')).toBeCloseTo(2 * usd(small, 'database:'));
  expect(usd({ ...small, network: { ...small.network, nat_per_zone: true } }, 'NAT gateways')).toBeCloseTo(3 * usd(small, 'NAT gateways'));
});

it('copies of backups in another region cost their storage and a key', () => {
  const cost = (database: EnvironmentVariables['database']) => total(monthlyCost({ ...small, database }, idle, 1));
  expect(cost({ ...small.database, backup_region: 'us-west-2' }) - cost(small.database)).toBeCloseTo(20 * 0.095 + 1);
});

it.each(['dev', 'prod'])('the budget of %s is above what the environment costs', async (environment) => {
  const { alarms } = await environmentVariables(environment);
  const [, sum = ''] = new RegExp(`AWS_COST.*${environment} ([\\d.]+)`).exec(await costTables()) ?? [];
  expect(Number(sum)).toBeGreaterThan(100);
  expect(alarms.budget_usd).toBeGreaterThan(Number(sum));
});

it('each of the two passwords of a client costs, and the master one', () => {
  expect(monthlyCost(small, idle, 3).find(({ what }) => what.startsWith('passwords'))?.usd).toBeCloseTo(7 * prices.month.secret);
});

it('a type without a price is named, with where to add it', () => {
  expect(() => monthlyCost({ ...small, database: { ...small.database, instance_class: 'db.x9.mega' } }, idle, 1)).toThrow(
    'db.x9.mega has no price',
  );
});

it.each(['dev', 'prod'])('the prices are those of the region of %s', async (environment) => {
  expect((await environmentVariables(environment)).region).toBe(prices.region);
});

it('the bill has each metric that an alarm of modules/alarms reads', async () => {
  const { blocks } = await readModule(join(terraformFolder, 'modules/alarms'));
  const alarms = blocks.map(({ values }) => member(values, 'alarms')).find((one) => one !== undefined) ?? {};
  const queries = resourcesOf({ folder: '', blocks }, 'aws_cloudwatch_metric_alarm').flatMap((alarm) => innerBlocks(alarm, 'metric_query'));
  const metrics = Object.keys(alarms).length + queries.flatMap((query) => innerBlocks(query, 'metric')).length;
  const line = monthlyCost(small, idle, 1).find(({ what }) => what === 'alarms');
  expect(line?.usd).toBeCloseTo(metrics * prices.month.alarm);
});
