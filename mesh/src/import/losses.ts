import { isDeepStrictEqual } from 'node:util';
import { nameOf, PlatformError } from '@mesh-platform/kubernetes';
import { fields, labels, list, text, texts } from '../model/fields.ts';
import { MESH_GATEWAY, resolveHost, serviceNamed } from '../names.ts';
import { isIstio, type MeshObject } from '../object.ts';
import { policiesOf } from '../render/policies.ts';
import { resolveMesh } from '../topology/define-mesh.ts';
import type { MeshSpec } from '../topology/spec.ts';
import type { Given } from './given.ts';
import { authorizationLosses } from './policy-losses.ts';
import { routeLosses } from './route-losses.ts';
import { serviceLosses } from './service-losses.ts';

/** A message for each setting of the given objects that the rendered topology does not have. Empty where it expresses all of them. */
export function lossesOf(given: Given, spec: MeshSpec): readonly string[] {
  const made = render(spec);
  if (typeof made === 'string') return [made];
  const { namespace, objects, elsewhere } = given;
  const bySubject = new Map(made.map((object) => [subjectOf(object, namespace), object]));
  const lost = objects.filter(isPolicy).flatMap((object) => {
    const name = nameOf(object);
    const twin = bySubject.get(subjectOf(object, namespace));
    if (!twin) return [`${name}: a topology has no such object; keep it as it is`];
    return differences(object, twin, given, spec).map((difference) => `${name}: ${difference}`);
  });
  return [
    ...elsewhere.map(
      (object) => `${nameOf(object)}: it is not in the namespace ${namespace}; import its namespace as a topology of its own`,
    ),
    ...serviceLosses(given, spec),
    ...lost,
  ];
}

/** The policies of a topology, or why it is none yet. */
function render(spec: MeshSpec): readonly MeshObject[] | string {
  try {
    return policiesOf({ mesh: resolveMesh(spec) });
  } catch (error) {
    if (error instanceof PlatformError) return `the topology is not valid yet: ${error.message}; ${error.hint}`;
    throw error;
  }
}

const isPolicy = (object: MeshObject): boolean => isIstio(object) || /^gateway\.networking\.k8s\.io\//.test(object.apiVersion ?? '');

/** What an object is about, however it is named: objects of one kind about the same mean the same. */
function subjectOf({ kind, spec }: MeshObject, namespace: string): string {
  const { host, hosts, gateways, selector, workloadSelector, rules } = fields(spec);
  const app = labels(fields(selector).matchLabels).get('app') ?? labels(fields(workloadSelector).labels).get('app');
  const about = text(host) ?? texts(hosts)[0] ?? '';
  if (kind === 'Gateway') return kind;
  if (kind === 'ServiceEntry') return `${kind} ${about}`;
  if (kind === 'DestinationRule') return `${kind} ${serviceNamed(about, namespace) ?? about}`;
  if (kind === 'VirtualService') {
    const isEntry = texts(gateways).some((gateway) => gateway !== MESH_GATEWAY);
    return `${kind} ${isEntry ? 'at the gateway' : (serviceNamed(about, namespace) ?? about)}`;
  }
  return `${kind} ${app ?? (kind === 'AuthorizationPolicy' && list(rules).length > 0 ? 'rules for all' : '')}`;
}

function differences(object: MeshObject, twin: MeshObject, given: Given, spec: MeshSpec): readonly string[] {
  if (isDeepStrictEqual(object.spec, twin.spec)) return [];
  if (object.kind === 'VirtualService') return routeLosses(object, twin, given, spec);
  if (object.kind === 'AuthorizationPolicy') return authorizationLosses(object, twin, given);
  if (object.kind === 'DestinationRule') return ruleLosses(object, twin, given);
  return unequal('spec', object.spec, twin.spec).map(notTheSame);
}

const notTheSame = (path: string): string => `${path} is not what the topology makes of it`;

/** Subsets are about the same by their version, in any order. */
function ruleLosses(object: MeshObject, twin: MeshObject, { namespace }: Given): readonly string[] {
  const { subsets, host, ...rest } = fields(object.spec);
  const { subsets: madeSubsets, host: madeHost, ...made } = fields(twin.spec);
  const versions = list(madeSubsets).map((subset) => fields(subset).name);
  const ofSubsets = list(subsets).flatMap((subset, index) => {
    const { labels: selected, trafficPolicy, name } = fields(subset);
    const path = `spec.subsets[${index}]`;
    const { version = name, ...others } = fields(selected);
    if (!versions.includes(version)) return [`${path} is lost: no workload runs the version ${version}`];
    return [
      ...(Object.keys(others).length > 0 ? [notTheSame(`${path}.labels`)] : []),
      ...(trafficPolicy === undefined ? [] : [notTheSame(`${path}.trafficPolicy`)]),
    ];
  });
  const isSame = resolveHost(text(host) ?? '', namespace) === madeHost;
  return [...(isSame ? [] : [notTheSame('spec.host')]), ...unequal('spec', rest, made).map(notTheSame), ...ofSubsets];
}

/** The shallowest places that an object states and the rendered one states otherwise, or not at all. */
function unequal(path: string, stated: unknown, made: unknown): readonly string[] {
  if (stated === undefined || stated === null || isDeepStrictEqual(stated, made)) return [];
  if (typeof stated !== 'object' || typeof made !== 'object' || made === null) return [path];
  if (Array.isArray(stated) !== Array.isArray(made) || (Array.isArray(stated) && stated.length !== list(made).length)) return [path];
  return Object.entries(stated).flatMap(([key, value]) =>
    unequal(
      Array.isArray(stated) ? `${path}[${key}]` : `${path}.${key}`,
      value,
      Object.hasOwn(made, key) ? Reflect.get(made, key) : undefined,
    ),
  );
}
