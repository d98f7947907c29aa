export type { Check, Finding, MeshObject, Severity, Subject } from './checks/check.ts';
export * from './kinds.ts';
export type { Duration } from './topology/duration.ts';
export type * from './topology/mesh.ts';
