/** A structural schema of OpenAPI 3 as CustomResourceDefinitions write it. */
export interface CrdSchema {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, CrdSchema>>;
  readonly items?: CrdSchema;
  readonly additionalProperties?: CrdSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly not?: CrdSchema;
  readonly anyOf?: readonly CrdSchema[];
  readonly oneOf?: readonly CrdSchema[];
  readonly allOf?: readonly CrdSchema[];
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** The schema of a field; undefined for one that its parent does not have, such as `constructor`, which every JavaScript object has. */
export const fieldSchema = ({ properties = {}, additionalProperties }: CrdSchema, name: string): CrdSchema | undefined =>
  Object.hasOwn(properties, name) ? properties[name] : additionalProperties;

/** A rule of `x-kubernetes-validations`. https://kubernetes.io/docs/reference/using-api/cel/ */
export interface CelRule {
  readonly rule: string;
  readonly message?: string;
}

/** The schema of a kind's `spec`, which is the same in each version. */
export interface KindSchema {
  readonly group: string;
  readonly versions: readonly string[];
  /** Whether an object without `spec` is rejected. */
  readonly required: boolean;
  readonly spec: CrdSchema;
}
