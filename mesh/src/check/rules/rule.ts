import { nameOf } from '@mesh-platform/kubernetes';
import type { Named } from '../../model/fields.ts';
import { type Inventory, inventoryOf } from '../../model/inventory.ts';
import { originOf } from '../../object.ts';
import type { Mesh } from '../../topology/mesh.ts';
import type { Check, Severity } from '../check.ts';

/** A finding of a rule at an object. */
export interface Found {
  readonly at: Named;
  readonly path: string;
  readonly message: string;
  /** Replaces the hint of the rule. */
  readonly hint?: string;
}

/** What `flatMap` takes of one place: a finding, or any number of them. */
export type Findings = Found | readonly Found[];

export interface Rule {
  readonly code: `MESH${number}`;
  readonly title: string;
  readonly otherwise: string;
  readonly hint: string;
  readonly severity?: Severity;
  readonly styleOnly?: boolean;
  readonly find: (inventory: Inventory, mesh: Mesh | undefined) => readonly Found[];
}

/** A check over the inventory of all objects. */
export const rule = ({ find, ...rest }: Rule): Check => ({
  ...rest,
  find: (subject) =>
    find(inventoryOf(subject), subject.mesh).map(({ at, path, message, hint = rest.hint }) => ({
      object: nameOf(at.object),
      path,
      message,
      hint,
      ...originOf(at.object),
    })),
});
