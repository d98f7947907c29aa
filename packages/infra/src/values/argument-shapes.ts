import type { ApiShape } from './api-shapes.ts';
import type { Rule, ServiceModel, Shape } from './aws-data.ts';

/** A member of the API: its name and its shape. */
export interface Member {
  readonly name: string;
  readonly shape: Shape;
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** Finds the member that an argument becomes: by the name that the table gives, else by its own, else in the plural that blocks become. */
export function memberFor(model: ServiceModel, { names = {} }: ApiShape, outer: Shape, path: readonly string[]): Member | undefined {
  const given = names[path.join('.')];
  if (given === null) return undefined;
  const [shapeName, memberName] = given?.includes('.') ? given.split('.') : [undefined, given];
  const members = (shapeName ? model.shapes[shapeName] : structureIn(model, outer))?.members ?? {};
  const wanted = plain(memberName ?? path.at(-1) ?? '');
  const name = Object.keys(members).find((one) => [wanted, `${wanted}s`, wanted.replace(/y$/, 'ies')].includes(plain(one)));
  const shape = name === undefined ? undefined : model.shapes[members[name]?.shape ?? ''];
  return name !== undefined && shape ? { name, shape } : undefined;
}

/** The structure itself, or the one in a list. */
export function structureIn(model: ServiceModel, shape: Shape): Shape | undefined {
  if (shape.type === 'list' && shape.member) return structureIn(model, model.shapes[shape.member.shape] ?? shape);
  return shape.type === 'structure' ? shape : undefined;
}

/** What a shape asks of a value; of each one, where it is a list. An enum of an API is what it accepts today. */
export function ruleOf(model: ServiceModel, shape: Shape): Rule {
  if (shape.type === 'list' && shape.member) return ruleOf(model, model.shapes[shape.member.shape] ?? { type: 'any' });
  const isNumber = shape.type === 'integer' || shape.type === 'long';
  return {
    ...(shape.enum ? { enum: shape.enum } : {}),
    ...(shape.pattern ? { pattern: `^(?:${shape.pattern})$` } : {}),
    ...(shape.min === undefined ? {} : { [isNumber ? 'minimum' : 'minLength']: shape.min }),
    ...(shape.max === undefined ? {} : { [isNumber ? 'maximum' : 'maxLength']: shape.max }),
    ...(isNumber ? { pattern: '^-?\\d+$' } : {}),
  };
}
