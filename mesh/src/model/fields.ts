import { type Fields, isFields, type MeshObject } from '../object.ts';

export type { Fields };
export type Labels = ReadonlyMap<string, string>;

const nothing: Fields = {};

/** Reads of values that nothing is known about: what has the wrong shape reads as absent, since the schema's checks name it. */
export const fields = (value: unknown): Fields => (isFields(value) ? value : nothing);
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const records = (value: unknown): readonly Fields[] => list(value).map(fields);
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const texts = (value: unknown): readonly string[] => list(value).filter((one) => typeof one === 'string');
export const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
/** The fields that have a value: an optional one is absent, and never undefined. */
export const given = <T extends Readonly<Record<string, unknown>>>(values: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

export const labels = (value: unknown): Labels =>
  new Map(Object.entries(fields(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));

/** An object with what every reading of it needs. */
export interface Named {
  readonly object: MeshObject;
  readonly name: string;
  /** `default` where the object names none, as kubectl takes it. */
  readonly namespace: string;
}

export const named = (object: MeshObject): Named => ({
  object,
  name: object.metadata?.name ?? '',
  namespace: object.metadata?.namespace ?? 'default',
});

/** Whether an object's namespace is left to `kubectl --namespace`, so that it may be in any. */
export const isUnplaced = ({ object }: Named): boolean => !object.metadata?.namespace;

export const specOf = (object: MeshObject): Fields => fields(object.spec);

export const annotationOf = (object: MeshObject, name: string): string | undefined => {
  const value: unknown = object.metadata?.annotations?.[name];
  return typeof value === 'string' ? value : undefined;
};
