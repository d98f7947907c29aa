import { BlockList, isIPv4 } from 'node:net';
import { PlatformError } from '@mesh-platform/kubernetes';
import { type Finding, note, ok } from '../target.ts';

/** The ranges of addresses of pods and Services: the field `subnets` of an environment, and `networking` of kind's configuration. */
export interface Subnets {
  readonly pods: string;
  readonly services: string;
}

/** The environment variable of each field; it overrides the environment's file. */
const SUBNET_VARIABLES: Readonly<Record<keyof Subnets, string>> = { pods: 'PLATFORM_POD_SUBNET', services: 'PLATFORM_SERVICE_SUBNET' };

/** kind's own, then ranges that neither companies nor Docker's networks use: RFC 6598 and RFC 2544. */
const CANDIDATES: Readonly<Record<keyof Subnets, readonly string[]>> = {
  pods: ['10.244.0.0/16', '100.124.0.0/16', '198.18.0.0/17'],
  services: ['10.96.0.0/16', '100.125.0.0/16', '198.18.128.0/17'],
};

/** The control plane gives the node a /24 of the pods, and takes at most 20 bits of addresses of Services. */
const PREFIXES = { least: 12, most: 24 } as const;

/**
 * The subnets of a new cluster: what is set, else the first of each kind that no route of this machine meets. A connection of a pod to an address in one of
 * them never leaves the node. Throws a PlatformError that names an invalid one.
 */
export function chooseSubnets(
  declared: Partial<Subnets>,
  routes: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Subnets {
  const [setPods, setServices] = [valid('pods', declared, environment), valid('services', declared, environment)];
  const free = (field: keyof Subnets, other: string | undefined): string => {
    const found = CANDIDATES[field].find((one) => ![...routes, ...(other ? [other] : [])].some((taken) => overlap(one, taken)));
    if (found) return found;
    const variable = SUBNET_VARIABLES[field];
    throw new PlatformError(
      `no addresses for ${field}: routes of this machine meet ${CANDIDATES[field].join(', ')}`,
      `set ${variable} to a range that your network does not use, for example ${variable}=172.30.0.0/16`,
    );
  };
  const pods = setPods ?? free('pods', setServices);
  const services = setServices ?? free('services', pods);
  if (overlap(pods, services))
    throw new PlatformError(
      `the subnets of pods and services overlap: ${pods} and ${services}`,
      `set ${Object.values(SUBNET_VARIABLES).join(' and ')} apart`,
    );
  return { pods, services };
}

function valid(field: keyof Subnets, declared: Partial<Subnets>, environment: NodeJS.ProcessEnv): string | undefined {
  const variable = SUBNET_VARIABLES[field];
  const set = environment[variable]?.trim();
  const value = set || declared[field];
  if (value === undefined) return undefined;
  const [address = '', prefix = ''] = value.split('/');
  if (isIPv4(address) && /^\d\d$/.test(prefix) && Number(prefix) >= PREFIXES.least && Number(prefix) <= PREFIXES.most) return value;
  throw new PlatformError(
    `${set ? variable : `subnets.${field}`} is invalid: expected an IPv4 range from /${PREFIXES.least} to /${PREFIXES.most}`,
    `set it, for example ${variable}=${CANDIDATES[field][1]}, or unset it`,
  );
}

/** What `doctor` reports: only subnets that are set can meet a route. */
export function inspectSubnets({ pods, services }: Subnets, routes: readonly string[]): Finding {
  const detail = `pods ${pods}, services ${services}`;
  const met = routes.filter((route) => overlap(route, pods) || overlap(route, services));
  if (met.length === 0) return ok('addresses', `${detail}: no route of this machine meets them`);
  return note('addresses', `${detail}: pods do not reach this machine's route to ${met.join(', ')} in them`);
}

/** Two ranges have addresses in common where the larger has the first address of the smaller. */
function overlap(one: string, other: string): boolean {
  const [larger = '', smaller = ''] = [one, other].sort((a, b) => prefixOf(a) - prefixOf(b));
  const range = new BlockList();
  range.addSubnet(larger.split('/')[0] ?? '', prefixOf(larger));
  return range.check(smaller.split('/')[0] ?? '');
}

const prefixOf = (range: string): number => Number(range.split('/')[1]);
