import type { Mesh } from '@mesh-platform/mesh';
import type { Draft } from './draft.ts';
import { addService, removeService } from './operations.ts';
import { withGateway, withoutEmptyShares } from './topology-file.ts';

/** The services of the product that the platform is shown on, each before those that it calls. */
const SERVICES = ['preview', 'web', 'core'] as const;
/** What stands in their place: a service of the template behind the gateway. */
const STARTER = 'hello';
const GATEWAY = `{ to: '${STARTER}', timeout: '5s', methods: { 'GET,HEAD /hello,/path': {} } }`;

/** What is about documents alone: it goes with the services that keep them. */
const PATHS = [
  'docs/capacity.md',
  'docs/how-to',
  'docs/overhead.md',
  'docs/page.png',
  'docs/tutorial.md',
  'packages/baseline',
  'packages/cli/src/bench/dev',
  'packages/cli/src/bench/overhead',
  'packages/cli/test/samples',
  'packages/contracts/proto/documents',
  'packages/contracts/src/documents',
  'packages/contracts/src/generated/documents',
  'packages/contracts/src/generated/documents.ts',
  'packages/contracts/testing',
  'packages/proofs/src/documents',
];

/** Where a file is about more than documents, the lines about them are between these, in a comment of whatever it is written in. */
const REGION = /^.*#region samples\b.*\n[\s\S]*?^.*#endregion samples\b.*\n/gm;

export const withoutRegions = (text: string): string => text.replaceAll(REGION, '');

/** Takes the samples out of a draft, and puts one service of the template behind the gateway. Gives what the linter is to lay out. */
export async function dropSamples(draft: Draft, mesh: Mesh): Promise<readonly string[]> {
  await addService(draft, mesh, { name: STARTER, protocol: 'http', calls: [], calledBy: [] });
  await draft.edit('platform.mesh.ts', (text) => withGateway(text, GATEWAY));
  for (const service of SERVICES) await removeService(draft, mesh, service);
  await draft.edit('platform.mesh.ts', withoutEmptyShares);
  for (const path of PATHS) await draft.remove(path);
  for (const file of draft.files) {
    const text = await draft.textOf(file);
    if (text?.includes('#region samples')) await draft.write(file, withoutRegions(text));
  }
  return ['.'];
}
