import type { AuthorizationPolicy, ValueFilter } from '../../../model/security-policies.ts';

/** A value that an AuthorizationPolicy compares with. */
export interface PolicyValue {
  /** `principals`, `paths` …, or the key of a condition. */
  readonly field: string;
  readonly value: string;
  /** It must not match. */
  readonly excluded: boolean;
  /** The path of the source, operation or condition. */
  readonly path: string;
}

const valuesOf = (field: string, { values, not }: ValueFilter, path: string): readonly PolicyValue[] => [
  ...values.map((value) => ({ field, value, excluded: false, path })),
  ...not.map((value) => ({ field, value, excluded: true, path })),
];

/** Every value of a policy's rules. */
export const policyValues = ({ rules }: AuthorizationPolicy): readonly PolicyValue[] =>
  rules.flatMap(({ from, to, when, path }) => [
    ...from.flatMap((source, index) =>
      Object.entries(source).flatMap(([field, filter]) => valuesOf(field, filter, `${path}.from[${index}].source`)),
    ),
    ...to.flatMap((operation, index) =>
      Object.entries(operation).flatMap(([field, filter]) => valuesOf(field, filter, `${path}.to[${index}].operation`)),
    ),
    ...when.flatMap((condition, index) => valuesOf(condition.key, condition, `${path}.when[${index}]`)),
  ]);
