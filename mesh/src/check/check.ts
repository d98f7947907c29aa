import type { MeshObject } from '../object.ts';
import type { Mesh } from '../topology/mesh.ts';
import type { UnreadableFile } from './unreadable-file.ts';

/** The objects that checks read. */
export interface Subject {
  readonly objects: readonly MeshObject[];
  /** The topology that the objects were rendered from; undefined for YAML from elsewhere. */
  readonly mesh?: Mesh;
  /** The files that could not be read as objects. */
  readonly unreadable?: readonly UnreadableFile[];
}

export type Severity = 'error' | 'warning';

/** An error or a warning with its place and the fix. */
export interface Finding {
  /** Stable: `MESH101`. */
  readonly code: string;
  readonly severity: Severity;
  /** `VirtualService platform/web`; empty for a whole file. */
  readonly object: string;
  /** The path in the object: `spec.http[0].retries.attempts`; empty for the whole. */
  readonly path: string;
  /** The error, in one sentence. */
  readonly message: string;
  readonly hint: string;
  /** The file that the object came from, and the line where it begins; absent where it came from none. */
  readonly file?: string;
  readonly line?: number;
}

/** A rule with a stable code. */
export interface Check {
  readonly code: string;
  /** The requirement, in a short phrase. */
  readonly title: string;
  /** The consequence where the check fails. */
  readonly otherwise?: string;
  /** The fix, where every finding of the rule has the same one. */
  readonly hint?: string;
  /** The default is `error`. */
  readonly severity?: Severity;
  /** Only our own style demands it: a warning in YAML from elsewhere. */
  readonly styleOnly?: boolean;
  /** A finding may have a severity of its own. */
  readonly find: (subject: Subject) => readonly (Omit<Finding, 'code' | 'severity'> & Partial<Pick<Finding, 'severity'>>)[];
}
