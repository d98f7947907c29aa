/** What one argument takes. */
export type ArgumentType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' }
  | { readonly kind: 'list' | 'map'; readonly of: ArgumentType }
  /** An attribute whose value is an object, or a list of them. */
  | { readonly kind: 'object'; readonly body: string; readonly many: boolean }
  /** A nested block; `many` where it may stand more than once. */
  | { readonly kind: 'block'; readonly body: string; readonly many: boolean };

export interface Argument {
  readonly type: ArgumentType;
  readonly required: boolean;
}

export type Body = Readonly<Record<string, Argument>>;

export type BlockKind = 'resource' | 'data' | 'ephemeral';

/** The schema of one resource, data source or ephemeral resource. */
export interface ResourceSchema {
  /** The key of its own body in `bodies`. */
  readonly body: string;
  readonly bodies: Readonly<Record<string, Body>>;
  /** What can be read from it, in camel case as the bindings name it. */
  readonly attributes: readonly string[];
}

/** The schemas of a provider, by kind and type name. */
export type ProviderSchema = Readonly<Record<BlockKind, Readonly<Record<string, ResourceSchema>>>>;

/** `vpc_security_group_ids` → `vpcSecurityGroupIds`, as the bindings do it. */
export const camelCase = (name: string): string => name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
