import { type Fields, isFields, type MeshObject } from '../object.ts';

/** A strategic merge patch of kustomize, for the objects that its target names. */
export interface Patch {
  /** The file of the patch, for errors. */
  readonly file: string;
  readonly target: { readonly kind: string; readonly labels: Readonly<Record<string, string>> };
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * By which field the items of a list are the same item, where lists are merged; all other lists are replaced.
 * https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/ ("patch merge key")
 */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  imagePullSecrets: 'name',
  topologySpreadConstraints: 'topologyKey',
};

/** The objects with every patch that names them. */
export const patched = (objects: readonly MeshObject[], patches: readonly Patch[]): readonly MeshObject[] =>
  objects.map((object) =>
    patches.filter(({ target }) => isTarget(object, target)).reduce((result, { content }) => withPatch(result, content), object),
  );

/** The target selects the object; the patch's own name is ignored. */
function withPatch(object: MeshObject, content: Patch['content']): MeshObject {
  const result = merge(object, content) as MeshObject;
  const { name, namespace } = object.metadata ?? {};
  return { ...result, metadata: { ...result.metadata, ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) } };
}

const isTarget = ({ kind, metadata }: MeshObject, target: Patch['target']): boolean =>
  kind === target.kind && Object.entries(target.labels).every(([name, value]) => metadata?.labels?.[name] === value);

function merge(base: unknown, patch: unknown, key?: string): unknown {
  if (isFields(base) && isFields(patch)) return mergeFields(base, patch);
  const mergeKey = key === undefined ? undefined : mergeKeys[key];
  if (Array.isArray(base) && Array.isArray(patch) && mergeKey) return mergeLists(base, patch, mergeKey);
  return patch;
}

/** `null` removes a field. */
function mergeFields(base: Fields, patch: Fields): Fields {
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = name in base ? merge(base[name], value, name) : value;
  }
  return result;
}

/** Items that only the patch has come first, as in kustomize. */
function mergeLists(base: readonly unknown[], patch: readonly unknown[], key: string): unknown[] {
  const idOf = (item: unknown) => (isFields(item) ? item[key] : undefined);
  const known = new Set(base.map(idOf));
  const merged = base
    .map((item) => ({ item, change: patch.find((other) => idOf(other) === idOf(item)) }))
    .filter(({ change }) => !(isFields(change) && change.$patch === 'delete'))
    .map(({ item, change }) => (change === undefined ? item : merge(item, change)));
  return [...patch.filter((item) => !known.has(idOf(item))), ...merged];
}
