import { isDeepStrictEqual } from 'node:util';
import type { LiveObject } from '@mesh-platform/kubernetes';
import { FIELD_MANAGER, type MeshObject } from '../object.ts';

/**
 * Whether applying the object again would certainly change nothing: our field manager owns exactly the declared fields, and each has the
 * declared value. False where only the API server knows, such as where it stores a value in another form.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function isApplied(declared: MeshObject, live: LiveObject): boolean {
  const ours = live.metadata?.managedFields?.filter(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply') ?? [];
  const [entry] = ours;
  if (ours.length !== 1 || entry?.apiVersion !== declared.apiVersion || live.apiVersion !== declared.apiVersion) return false;
  const { apiVersion: _, kind: __, metadata, ...rest } = declared;
  const { name: ___, namespace: ____, ...named } = metadata ?? {};
  return isSame(entry?.fieldsV1, { ...rest, metadata: named }, live);
}

/** The fields of a manager: `f:spec` for a field, `k:{"name":"http"}` for an element of a list; empty where the value is owned as a whole. */
type OwnedFields = Readonly<Record<string, unknown>>;

function isSame(owned: unknown, declared: unknown, live: unknown): boolean {
  const fields = Object.entries((owned ?? {}) as OwnedFields).filter(([key]) => key !== '.');
  if (fields.length === 0) return declared !== undefined && isDeepStrictEqual(declared, live);
  if (isList(declared) && isList(live)) {
    return (
      declared.length === fields.length && fields.every(([key, inner]) => isSame(inner, element(declared, key), element(live, key, true)))
    );
  }
  if (!isMap(declared) || !isMap(live)) return false;
  const names = Object.keys(declared).filter((name) => declared[name] !== undefined);
  return (
    names.length === fields.length &&
    fields.every(([key, inner]) => {
      const name = key.startsWith('f:') ? key.slice(2) : '';
      return names.includes(name) && isSame(inner, declared[name], live[name]);
    })
  );
}

/** The element of a list that a key such as `k:{"port":80,"protocol":"TCP"}` names; as it is declared, it may leave a default out. */
function element(list: readonly unknown[], key: string, isComplete = false): unknown {
  if (!key.startsWith('k:')) return undefined;
  const wanted = Object.entries(JSON.parse(key.slice(2)) as OwnedFields);
  const found = list.filter(
    (one) => isMap(one) && wanted.every(([name, value]) => one[name] === value || (!isComplete && one[name] === undefined)),
  );
  return found.length === 1 ? found[0] : undefined;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isMap = (value: unknown): value is OwnedFields => typeof value === 'object' && value !== null && !Array.isArray(value);
