import { join } from 'node:path';
import { loadEnvironment } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { deployFiles } from './eks/deploy-files.ts';
import { CLIENTS_PATCH, clientsPatch } from './postgres/clients-patch.ts';
import { pagesWithTables } from './quoted-tables.ts';
import { databaseClients, databaseIn } from './topology/database-clients.ts';
import { variablesFile } from './topology/terraform-variables.ts';

/** Every committed file that is made from the topology and from programs here: its text now, by its path in the checkout. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  // The local environment has every service of the topology in the mesh, the database too.
  const local = await loadEnvironment(join(checkout, 'environments/local.ts'));
  const { mesh } = local.environment;
  return new Map([
    [CLIENTS_PATCH, clientsPatch(databaseIn(mesh).service, databaseClients(local))],
    ['infra/terraform/live/topology.auto.tfvars.json', variablesFile(mesh)],
    ...(await deployFiles()),
    ...(await pagesWithTables()),
  ]);
}
