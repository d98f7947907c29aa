import type { Mesh } from './mesh.ts';

/** The topology, were these the shares of a service; versions that are not named get nothing. */
export function withShares(mesh: Mesh, name: string, shares: ReadonlyMap<string, number>): Mesh {
  const service = mesh.services.get(name);
  if (!service) return mesh;
  const changed = { ...service, shares: service.versions.map((version) => ({ version, percent: shares.get(version) ?? 0 })) };
  return { ...mesh, services: new Map(mesh.services).set(name, changed) };
}
