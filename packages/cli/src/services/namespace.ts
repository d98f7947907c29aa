/** Where the platform runs in each cluster; platform.mesh.ts says the same. Known here even where that file does not load. */
export const NAMESPACE = 'platform';
