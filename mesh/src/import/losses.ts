import { isDeepStrictEqual } from 'node:util';
import { nameOf } from '@mesh-platform/kubernetes';
import { serviceNamed } from '../names.ts';
import type { MeshObject } from '../object.ts';

/** A message for each setting of an object that the rendered one does not have. Empty where the topology expresses all of them. */
export function losses(given: readonly MeshObject[], rendered: readonly MeshObject[], namespace: string): readonly string[] {
  const byName = new Map(rendered.map((object) => [`${object.kind} ${object.metadata?.name}`, object]));
  const byHost = new Map(rendered.map((object) => [hostKey(object, namespace), object]));
  return given.flatMap((object) => {
    const twin = byName.get(`${object.kind} ${object.metadata?.name}`) ?? byHost.get(hostKey(object, namespace) ?? '');
    if (!twin) return [`${nameOf(object)}: a topology has no such object; keep it as it is`];
    return differences('spec', object.spec, twin.spec).map((path) => `${nameOf(object)}: ${path} is not what the topology makes of it`);
  });
}

/** Objects of one kind for one service are about the same, however they are named. */
function hostKey({ kind, spec }: MeshObject, namespace: string): string | undefined {
  const { host, hosts, gateways } = (spec ?? {}) as { host?: string; hosts?: readonly string[]; gateways?: readonly string[] };
  const service = serviceNamed(host ?? hosts?.[0] ?? '', namespace);
  return service ? `${kind} ${service} ${gateways ? 'entry' : 'mesh'}` : undefined;
}

/** The shallowest places that differ; a list that differs in length is one place. */
function differences(path: string, given: unknown, made: unknown): readonly string[] {
  if (isDeepStrictEqual(given, made)) return [];
  if (!isFields(given) || !isFields(made)) return [path];
  if (Array.isArray(given) !== Array.isArray(made) || (Array.isArray(given) && given.length !== (made as unknown as unknown[]).length))
    return [path];
  const keys = [...new Set([...Object.keys(given), ...Object.keys(made)])];
  return keys.flatMap((key) => differences(Array.isArray(given) ? `${path}[${key}]` : `${path}.${key}`, given[key], made[key]));
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
