import type { MeshObject } from '../object.ts';
import { type Fields, fields } from './loose.ts';

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

export const specOf = (object: MeshObject): Fields => fields(object.spec);

export const annotationOf = (object: MeshObject, name: string): string | undefined => {
  const value: unknown = object.metadata?.annotations?.[name];
  return typeof value === 'string' ? value : undefined;
};
