import { PlatformError } from '@mesh-platform/kubernetes';
import { HOURS, prices } from './prices.ts';
import type { EnvironmentVariables } from './variables.ts';

/** The monthly traffic of an environment, in addition to its resources. GiB; load balancer units on average. */
export interface Traffic {
  readonly natGib: number;
  readonly endpointGib: number;
  readonly logGib: number;
  readonly imageGib: number;
  readonly loadBalancerUnits: number;
}

/** One line of the bill. */
export interface CostLine {
  readonly what: string;
  readonly arithmetic: string;
  readonly usd: number;
}

/** Interface endpoints of modules/network, the keys of all modules, and the metrics that alarms of modules/alarms read. */
const ENDPOINTS = 4;
const KEYS = 5;
const ALARMS = 9;

/** What an environment with so many clients of its database costs in a month, line by line, in USD. Throws a PlatformError for a type that has no price here. */
export function monthlyCost({ network, cluster, database }: EnvironmentVariables, traffic: Traffic, clients: number): readonly CostLine[] {
  const { hour, month } = prices;
  const zones = network.zones.length;
  const gateways = network.nat_per_zone ? zones : 1;
  const copies = database.multi_az ? 2 : 1;
  const groups = Object.entries(cluster.node_groups);
  const disks = groups.reduce((sum, [, group]) => sum + group.minimum * group.disk_gib, 0);
  return [
    hourly('EKS control plane', 1, hour.cluster),
    ...groups.map(([name, { instance_types, minimum }]) =>
      hourly(`nodes ${name}: ${instance_types[0]}`, minimum, priceOf(instance_types[0])),
    ),
    monthly('nodes’ disks', disks, 'GiB', month.diskGib),
    hourly(`database: ${database.instance_class}${database.multi_az ? ', two zones' : ''}`, copies, priceOf(database.instance_class)),
    monthly('database’s storage', database.storage_gib * copies, 'GiB', month.databaseGib),
    hourly('NAT gateways', gateways, hour.natGateway),
    monthly('through NAT', traffic.natGib, 'GiB', month.natGib),
    hourly('interface endpoints', ENDPOINTS * zones, hour.endpoint),
    monthly('through endpoints', traffic.endpointGib, 'GiB', month.endpointGib),
    hourly('load balancer', 1, hour.loadBalancer),
    hourly('load balancer units', traffic.loadBalancerUnits, hour.loadBalancerUnit),
    hourly('public addresses', gateways + zones, hour.address),
    monthly('logs', traffic.logGib, 'GiB', month.logGib),
    monthly('images', traffic.imageGib, 'GiB', month.imageGib),
    monthly('keys', KEYS + (database.backup_region ? 1 : 0), '', month.key),
    monthly('alarms', ALARMS, '', month.alarm),
    monthly('metrics from logs', 3, '', month.metric),
    ...(database.backup_region ? [monthly('copies of backups', database.storage_gib, 'GiB', month.backupGib)] : []),
    monthly('passwords, the master’s too', 2 * clients + 1, '', month.secret),
  ];
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

const hourly = (what: string, count: number, usd: number): CostLine => ({
  what,
  arithmetic: `${count} × ${HOURS} h × ${usd}`,
  usd: count * HOURS * usd,
});

const monthly = (what: string, count: number, unit: string, usd: number): CostLine => ({
  what,
  arithmetic: `${count}${unit && ` ${unit}`} × ${usd}`,
  usd: count * usd,
});

function priceOf(type: string | undefined): number {
  const known: Readonly<Record<string, number>> = prices.hour;
  const price = type === undefined ? undefined : known[type];
  if (price === undefined) throw new PlatformError(`${type} has no price`, 'add it to packages/infra/src/cost/prices.ts');
  return price;
}
