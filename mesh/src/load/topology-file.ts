import { PlatformError } from '@mesh-platform/kubernetes';
import type { ObjectExpression, Property } from 'acorn';
import { appended, type Edit, edited, exportedObject, objectIn, propertyOf, without } from './object-source.ts';

/** The one file of a checkout that is edited here. */
export const TOPOLOGY = 'platform.mesh.ts';

/** The width of a line, as in biome.json. */
const WIDTH = 140;

function meshIn(source: string): ObjectExpression {
  const mesh = exportedObject(source);
  if (!mesh) throw byHand('the mesh');
  return mesh;
}

const parts = (source: string): { readonly services: ObjectExpression; readonly weights: ObjectExpression | undefined } => {
  const mesh = meshIn(source);
  const services = objectIn(mesh, 'services');
  if (!services) throw byHand('the services');
  return { services, weights: objectIn(mesh, 'weights') };
};

const byHand = (what: string): PlatformError =>
  new PlatformError(`${TOPOLOGY} does not write out ${what}`, 'write the change by hand, then run ./platform generate');

/** The source with another name of the topology, and another namespace. */
export const withNames = (source: string, names: Readonly<Record<'name' | 'namespace', string>>): string =>
  Object.entries(names).reduce((text, [property, name]) => {
    const written = propertyOf(meshIn(text), property)?.value;
    if (written?.type !== 'Literal') throw byHand(`the ${property}`);
    return edited(text, { start: written.start, end: written.end, text: `'${name}'` });
  }, source);

function serviceIn(source: string, name: string): ObjectExpression {
  const service = objectIn(parts(source).services, name);
  if (!service) throw byHand(`the service ${name}`);
  return service;
}

/** The source with another service, after the others; `spec` is its literal. */
export const withService = (source: string, name: string, spec: string): string =>
  edited(source, appended(parts(source).services, name, spec));

/** The source without a service and without its weights. */
export function withoutService(source: string, name: string): string {
  const { services } = parts(source);
  const property = propertyOf(services, name);
  if (!property) throw byHand(`the service ${name}`);
  return withoutWeights(edited(source, without(services, property)), name);
}

function withoutWeights(source: string, name: string): string {
  const { weights } = parts(source);
  const property = weights && propertyOf(weights, name);
  return property ? edited(source, without(weights, property)) : source;
}

/** The source in which a service calls another one; `call` is the literal of the call. */
export function withCall(source: string, from: string, to: string, call: string): string {
  const service = serviceIn(source, from);
  const calls = objectIn(service, 'calls');
  if (!calls && propertyOf(service, 'calls')) throw byHand(`the calls of ${from}`);
  return edited(source, calls ? appended(calls, to, call) : appended(service, 'calls', `{ ${appended(EMPTY, to, call).text.trim()} }`));
}

const EMPTY = { start: 0, end: 0, type: 'ObjectExpression', properties: [] } as ObjectExpression;

/** The source without that call. An object that only the call made longer than a line is one line again. */
export function withoutCall(source: string, from: string, to: string): string {
  const service = serviceIn(source, from);
  const calls = objectIn(service, 'calls');
  const call = calls && propertyOf(calls, to);
  if (!calls || !call) throw byHand(`that ${from} calls ${to}`);
  const isLast = calls.properties.length === 1;
  const edit = isLast ? without(service, propertyOf(service, 'calls') as Property) : without(calls, call);
  return joined(source, [service, calls], edit);
}

/** Writes an object that fits on one line only after the edit on one line; only the outermost such object. */
function joined(source: string, objects: readonly ObjectExpression[], edit: Edit): string {
  const after = edited(source, edit);
  const removed = edit.end - edit.start - edit.text.length;
  for (const { start, end } of objects) {
    const [long, short] = [source.slice(start, end), after.slice(start, end - removed)];
    if (!long.includes('\n') || /\/[/*]/.test(short)) continue; // a comment ends a line
    const room = WIDTH - (start - source.lastIndexOf('\n', start) - 1) - 1; // the comma behind it
    if (onOneLine(short).length > room || onOneLine(long).length <= room) continue;
    return after.slice(0, start) + onOneLine(short) + after.slice(end - removed);
  }
  return after;
}

const onOneLine = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/, ([}\]])/g, ' $1')
    .replace(/\[ (.*?) \]/g, '[$1]');

/** The source in which a service has these versions, and weights of no other. */
export function withVersions(source: string, name: string, versions: readonly string[]): string {
  const service = serviceIn(source, name);
  const written = propertyOf(service, 'versions');
  const list = `[${versions.map((version) => `'${version}'`).join(', ')}]`;
  const { start, end } = written?.value ?? {};
  const edit = start !== undefined && end !== undefined ? { start, end, text: list } : afterSpreads(service, `versions: ${list}`);
  return withWeightsOf(edited(source, edit), name, versions);
}

/** An edit that overrides a property of a spread: it comes after the spread. */
function afterSpreads({ properties, start }: ObjectExpression, text: string): Edit {
  const last = properties.findLast(({ type }) => type === 'SpreadElement');
  const at = last?.end ?? start + 1;
  return { start: at, end: at, text: last ? `, ${text}` : ` ${text},` };
}

function withWeightsOf(source: string, name: string, versions: readonly string[]): string {
  const weights = objectIn(parts(source).weights, name);
  const gone = weights?.properties.find(
    (property): property is Property =>
      property.type === 'Property' && !versions.some((version) => propertyOf(weights, version) === property),
  );
  return weights && gone ? withWeightsOf(edited(source, without(weights, gone)), name, versions) : source;
}
