import { stripTypeScriptTypes } from 'node:module';
import { type Expression, type ObjectExpression, type Property, parse } from 'acorn';

/** An edit of a source's text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export const edited = (text: string, { start, end, text: inserted }: Edit): string => text.slice(0, start) + inserted + text.slice(end);

/** The object literal that a TypeScript source passes to the function whose result it exports: `export default defineMesh({ … })`; undefined where there is none. */
export function exportedObject(source: string): ObjectExpression | undefined {
  const { body } = parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module' }); // types become blanks: places stay
  for (const statement of body) {
    if (statement.type !== 'ExportDefaultDeclaration' || statement.declaration.type !== 'CallExpression') continue;
    const [argument] = statement.declaration.arguments;
    if (argument?.type === 'ObjectExpression') return argument;
  }
  return undefined;
}

/** The property of that name, written out; one that a spread brings is none. */
export const propertyOf = (object: ObjectExpression, name: string): Property | undefined =>
  object.properties.find(
    (property): property is Property =>
      property.type === 'Property' &&
      ((property.key.type === 'Identifier' && property.key.name === name) ||
        (property.key.type === 'Literal' && property.key.value === name)),
  );

/** The object literal that is the value of a property; undefined where the value is no literal. */
export const objectIn = (object: ObjectExpression | undefined, name: string): ObjectExpression | undefined => {
  const value: Expression | undefined = object && propertyOf(object, name)?.value;
  return value?.type === 'ObjectExpression' ? value : undefined;
};

/** A property as it is written. */
export const propertyText = (name: string, value: string): string => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`}: ${value}`;

/** Writes a property after the last one. */
export function appended(object: ObjectExpression, name: string, value: string): Edit {
  const last = object.properties.at(-1);
  const at = last?.end ?? object.start + 1;
  return { start: at, end: at, text: `${last ? ',' : ''} ${propertyText(name, value)}` };
}

/** Takes a property out, with the comma before it. */
export function without(object: ObjectExpression, property: Property): Edit {
  const index = object.properties.indexOf(property);
  const before = object.properties[index - 1];
  if (before) return { start: before.end, end: property.end, text: '' };
  return { start: property.start, end: object.properties[index + 1]?.start ?? property.end, text: '' };
}
