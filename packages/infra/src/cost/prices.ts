/**
 * Assumptions: on-demand list prices in USD, of US East (N. Virginia), as known in November 2025. They were not read off AWS by a
 * program: check them against the AWS price list before you rely on a sum.
 */
export const prices = {
  region: 'us-east-1',
  asOf: '2025-11',
  hour: {
    cluster: 0.1, // EKS, a Kubernetes version in standard support
    'm7g.large': 0.0816,
    'm7i.large': 0.1008,
    natGateway: 0.045,
    endpoint: 0.01, // an interface endpoint in one zone
    loadBalancer: 0.0225,
    loadBalancerUnit: 0.006, // a unit is 100 new TLS connections… or 1 GB an hour
    address: 0.005, // a public IPv4 address
    'db.t4g.medium': 0.065, // PostgreSQL, one zone
    'db.m7g.large': 0.168,
  },
  month: {
    diskGib: 0.08, // gp3
    databaseGib: 0.115, // gp3, one zone
    key: 1,
    secret: 0.4,
    imageGib: 0.1,
    logGib: 0.5,
    natGib: 0.045,
    endpointGib: 0.01,
    alarm: 0.1,
    metric: 0.3, // one that AWS does not publish itself
    backupGib: 0.095, // a copy of the backups in another region
  },
} as const;

/** AWS bills by the hour; a month has this many of them. */
export const HOURS = 730;
