/** Where the platform runs in each cluster; platform.mesh.ts says the same. */
export const NAMESPACE = 'platform';
