import { readFile } from 'node:fs/promises';
import { type Call, type Mesh, type Service, versionName } from '@mesh-platform/mesh';
import * as topology from '@mesh-platform/mesh/topology-file';
import { TOPOLOGY } from '@mesh-platform/mesh/topology-file';
import { withCallee, withoutCallee } from './callees-patch.ts';
import type { Draft } from './draft.ts';
import { addEksDatabase, addEksImage, addEksPatch, removeEksDatabase, removeEksImage, removeEksPatch } from './eks-files.ts';
import { PORTS, protoService, serviceFiles, type TemplateProtocol, withUnderscores } from './service-files.ts';

const FIRST = 'v1';
const folderOf = (service: string): string => `apps/${service}`;
const patchOf = (service: string): string => `${folderOf(service)}/deploy/patch.yaml`;

/** A service that is to be. */
export interface NewService {
  readonly name: string;
  readonly protocol: TemplateProtocol;
  readonly calls: readonly string[];
  readonly calledBy: readonly string[];
  /** The service that keeps its data, where it keeps some: one that it calls, with a database of its own there. */
  readonly database?: string | undefined;
}

/** The topology with that service, before it calls and is called. */
export const withNewService = (mesh: Mesh, { name, protocol }: Pick<NewService, 'name' | 'protocol'>): Mesh => ({
  ...mesh,
  services: new Map(mesh.services).set(name, {
    name,
    protocol,
    port: PORTS[protocol],
    portName: protocol,
    versions: [FIRST],
    weights: [{ version: FIRST, percent: 100 }],
    calls: [],
    stateful: false,
  }),
});

/** The topology with more calls, without any settings of them. */
export function withCalls(mesh: Mesh, pairs: readonly (readonly [from: string, to: string])[]): Mesh {
  const services = new Map(mesh.services);
  for (const [from, to] of pairs) {
    const service = services.get(from);
    const call: Call = { from, to, operations: [], timeout: '2s' };
    if (service) services.set(from, { ...service, calls: [...service.calls, call] });
  }
  return { ...mesh, services };
}

/** Each operation changes a draft, and gives the files that it wrote for the linter to lay out. The names must be good. */
export async function addService(draft: Draft, mesh: Mesh, wanted: NewService): Promise<readonly string[]> {
  const { name, protocol, calls, calledBy, database } = wanted;
  for (const [file, text] of await serviceFiles(name, protocol, database !== undefined))
    await draft.write(`${folderOf(name)}/${file}`, text);
  await editTopology(draft, topology.addService(name, `{ protocol: '${protocol}', port: ${PORTS[protocol]}, versions: ['${FIRST}'] }`));
  await addEksPatch(draft, name, database !== undefined);
  await addEksImage(draft, versionName(name, FIRST));
  if (database) await addEksDatabase(draft, name);
  const known = withNewService(mesh, wanted);
  for (const callee of [...calls, ...(database ? [database] : [])]) await connect(draft, known, name, callee);
  for (const caller of calledBy) await connect(draft, known, caller, name);
  return [folderOf(name), TOPOLOGY];
}

/** Removes a service without callers. Its data in a database stays there. */
export async function removeService(draft: Draft, { services }: Mesh, name: string): Promise<readonly string[]> {
  await editTopology(draft, topology.removeService(name));
  await draft.remove(folderOf(name));
  await removeEksPatch(draft, name);
  await removeEksDatabase(draft, name);
  for (const version of services.get(name)?.versions ?? []) await removeEksImage(draft, versionName(name, version));
  return [TOPOLOGY];
}

/** Lets a service call the path and the greeting of another one; a caller from the template calls it for the path. */
export async function connect(draft: Draft, { services }: Mesh, from: string, to: string): Promise<readonly string[]> {
  const callee = services.get(to) as Service;
  const call = await callOf(draft, callee);
  await editTopology(draft, topology.addCall(from, to, call));
  if (await hasPatch(draft, from)) await draft.edit(patchOf(from), (text) => withCallee(text, callee));
  return [TOPOLOGY];
}

/** Ends that. */
export async function disconnect(draft: Draft, from: string, to: string): Promise<readonly string[]> {
  await editTopology(draft, topology.removeCall(from, to));
  if (await hasPatch(draft, from)) await draft.edit(patchOf(from), (text) => withoutCallee(text, to));
  return [TOPOLOGY];
}

/** Gives a service another version, which gets no weight yet. */
export async function addVersion(draft: Draft, { services }: Mesh, name: string, version: string): Promise<readonly string[]> {
  const versions = services.get(name)?.versions ?? [];
  await editTopology(draft, topology.setVersions(name, [...versions, version]));
  await addEksImage(draft, versionName(name, version));
  return [TOPOLOGY];
}

/** Removes a version that has no weight. */
export async function retireVersion(draft: Draft, { services }: Mesh, name: string, version: string): Promise<readonly string[]> {
  const left = services.get(name)?.versions.filter((one) => one !== version) ?? [];
  await editTopology(draft, topology.setVersions(name, left));
  await removeEksImage(draft, versionName(name, version));
  return [TOPOLOGY];
}

const editTopology = (draft: Draft, edit: topology.TopologyEdit): Promise<void> =>
  draft.edit(TOPOLOGY, (text) => topology.editTopology(TOPOLOGY, text, edit));

const hasPatch = (draft: Draft, service: string): Promise<boolean> => isThere(draft.path(patchOf(service)));
const isThere = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );

/** The methods that a caller may call: the path, and the greeting of a service that still has one. You add more with the call. */
async function callOf(draft: Draft, { name, protocol }: Service): Promise<string> {
  if (protocol === 'tcp') return '{}';
  const greets = await isThere(draft.path(`${folderOf(name)}/src/hello/hello.controller.ts`));
  const methods =
    protocol === 'http'
      ? [`GET ${greets ? '/hello,' : ''}/path`]
      : [...(greets ? [`${withUnderscores(name)}.v1.${protoService(name)}/Hello`] : []), 'path.v1.Path/Get'];
  return `{ timeout: '2s', methods: { ${methods.map((method) => `'${method}': {}`).join(', ')} } }`;
}
