import type { LiveObject } from '@mesh-platform/kubernetes';
import { allChecks, type MeshObject, runChecks } from '@mesh-platform/mesh';
import { check } from '../check.ts';
import { reached } from '../participants/participants.ts';
import { hostOf } from '../wire/pods.ts';
import { isAnswered, requests, statusesInWords } from '../wire/requests.ts';

const COUNT = 60;
const VERSION = 'v999';

/** The checks refuse a route to a missing version, which Kubernetes and istiod would accept. */
export const impossibleVersion = check({
  name: 'impossible-version',
  title: 'an impossible version is refused before it reaches the mesh',
  participants: reached,
  does: ({ first }) =>
    `the route of ${first.name} is pointed at ${VERSION}, which does not exist: once for the checks, once for the API server as a dry run`,
  arrange: async ({ cluster, environment }, { first }) => {
    const { namespace, name } = environment.mesh;
    const all = (await Promise.all([...new Set(kinds)].map(([apiVersion, kind]) => cluster.list(apiVersion, kind, namespace)))).flat();
    const objects = all.filter(({ metadata }) => metadata?.labels?.['mesh.platform/topology'] === name).map(asWritten);
    return { objects, wrong: objects.map((object) => pointedAtNothing(object, hostOf(environment, first.name), first.versions.at(-1))) };
  },
  act: async ({ cluster, gatewayUrl, path, signal }, { objects, wrong }) => {
    const changed = wrong.filter((object, index) => JSON.stringify(object) !== JSON.stringify(objects[index]));
    const refusals = await Promise.all(changed.map((object) => cluster.dryRun(renamed(object))));
    const replies = await requests(gatewayUrl, COUNT, { path }, signal);
    return { changed: changed.length, findings: runChecks({ objects: wrong }, allChecks), refusals: refusals.filter(Boolean), replies };
  },
  evidence: ({ changed, findings, refusals, replies }) => {
    const found = findings.filter(({ severity, message }) => severity === 'error' && message.includes(VERSION));
    return {
      passes: changed > 0 && found.length > 0 && replies.every(isAnswered),
      lines: [
        ...[...new Set(found.map(({ code, message, hint }) => `check: ${code} ${message} → ${hint}`))].slice(0, 2),
        refusals.length === 0 ? 'the API server and istiod’s webhook would have accepted it' : `the API server: ${refusals.join('; ')}`,
        `meanwhile: ${statusesInWords(replies)}`,
      ],
    };
  },
});

const kinds = [
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'DestinationRule'],
  ['networking.istio.io/v1', 'Gateway'],
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
] as const;

const asWritten = ({ apiVersion, kind, metadata, spec }: LiveObject): MeshObject => {
  const { name = '', namespace = '', labels = {} } = metadata ?? {};
  return { apiVersion, kind, metadata: { name, namespace, labels }, spec } as MeshObject;
};

/** Points each route of a VirtualService to one version of a host at the missing version. */
const pointedAtNothing = (object: MeshObject, host: string, version: string | undefined): MeshObject => {
  const pointed = (_: string, value: unknown) => (isDestination(value, host, version) ? { ...value, subset: VERSION } : value);
  return object.kind === 'VirtualService' ? (JSON.parse(JSON.stringify(object), pointed) as MeshObject) : object;
};

const isDestination = (value: unknown, host: string, version: string | undefined): value is object =>
  typeof value === 'object' && value !== null && 'host' in value && value.host === host && 'subset' in value && value.subset === version;

/** A dry run of a creation needs a name that is free. */
const renamed = (object: MeshObject): MeshObject => ({ ...object, metadata: { ...object.metadata, name: 'proof-impossible-version' } });
