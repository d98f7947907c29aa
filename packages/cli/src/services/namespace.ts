/** The namespace of the platform in each cluster, as in platform.mesh.ts. Known here even where that file does not load. */
export const NAMESPACE = 'platform';
