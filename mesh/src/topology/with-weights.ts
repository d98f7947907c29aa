import type { Mesh } from './mesh.ts';

/** The topology, were these the weights of a service; versions that are not named get nothing. */
export function withWeights(mesh: Mesh, name: string, weights: ReadonlyMap<string, number>): Mesh {
  const service = mesh.services.get(name);
  if (!service) return mesh;
  const changed = { ...service, weights: service.versions.map((version) => ({ version, percent: weights.get(version) ?? 0 })) };
  return { ...mesh, services: new Map(mesh.services).set(name, changed) };
}
