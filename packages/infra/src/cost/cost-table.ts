import { join } from 'node:path';
import { loadEnvironment } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { databaseIn } from '../topology/database-clients.ts';
import { monthlyCost, type Traffic, total } from './cost.ts';
import { environmentVariables } from './variables.ts';

/** Assumed, not measured: a team that tries things, and a product with some ten requests a second. */
const traffic: Readonly<Record<string, Traffic>> = {
  dev: { natGib: 20, endpointGib: 20, logGib: 10, imageGib: 10, loadBalancerUnits: 0.1 },
  prod: { natGib: 100, endpointGib: 50, logGib: 120, imageGib: 10, loadBalancerUnits: 1 },
};

/** The monthly cost of each environment, as Markdown. */
export async function costTables(): Promise<string> {
  const { environment: local } = await loadEnvironment(join(checkout, 'environments/local.ts'));
  const clients = databaseIn(local.mesh).callers.length;
  const sums: string[] = [];
  const tables = await Promise.all(
    Object.entries(traffic).map(async ([environment, moved]) => {
      const lines = monthlyCost(await environmentVariables(environment), moved, clients);
      const rows = lines.map(({ what, arithmetic, usd }) => `| ${what} | ${arithmetic} | ${usd.toFixed(2)} |`);
      const sum = total(lines).toFixed(2);
      sums.push(`${environment} ${sum}`);
      return [
        `| ${environment} | arithmetic | USD a month |`,
        '|---|---|---:|',
        ...rows,
        `| **${environment} in all** | | **${sum}** |`,
      ].join('\n');
    }),
  );
  return [...tables, `AWS_COST, USD a month: ${sums.toSorted().join(', ')}`].join('\n\n');
}
