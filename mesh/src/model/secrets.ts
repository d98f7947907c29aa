import type { MeshObject } from '../object.ts';
import { fields, type Named, named, specOf, text } from './fields.ts';

/** Kinds that are a Secret, or of which a controller makes one: https://cert-manager.io, https://external-secrets.io, Sealed Secrets. */
export const SECRET_KINDS: readonly string[] = [
  ' Secret',
  'cert-manager.io Certificate',
  'external-secrets.io ExternalSecret',
  'bitnami.com SealedSecret',
];

/** A Secret, by its name. */
export function readSecret(object: MeshObject): Named {
  const spec = specOf(object);
  const one = named(object);
  return { ...one, name: text(spec.secretName) ?? text(fields(spec.target).name) ?? one.name };
}
