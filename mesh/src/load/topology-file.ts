import type { Node, ObjectExpression } from 'acorn';
import { literalValue, nameOf, ObjectSource, objectIn, propertyOf, propertyText } from './object-source.ts';

/** The file of a checkout with its topology. */
export const TOPOLOGY = 'platform.mesh.ts';

/** The width of a line, as in biome.json. */
const WIDTH = 140;
const BY_HAND = 'write the change by hand, then run ./platform generate';
const LITERAL = 'object literal';

/** A change of a topology's file. Throws a PlatformError where the file does not write out what it changes. */
export type TopologyEdit = (source: ObjectSource) => ObjectSource;

/** The text of a topology's file after some edits; `file` is its name for messages. What they do not change stays byte for byte. */
export const editTopology = (file: string, text: string, ...edits: readonly TopologyEdit[]): string =>
  edits.reduce((source, edit) => edit(source), new ObjectSource(file, text)).text;

/** Another name of the topology, and another namespace. */
export const setNames =
  (names: Readonly<Record<'name' | 'namespace', string>>): TopologyEdit =>
  (source) => {
    const mesh = meshIn(source);
    const edits = Object.entries(names).map(([property, name]) => {
      const written = propertyOf(mesh, property);
      const value = literalValue(written);
      if (value?.type !== 'Literal') throw source.refuse(`the ${property}`, written ?? mesh, 'text', BY_HAND);
      return { start: value.start, end: value.end, text: `'${name}'` };
    });
    return source.edited(...edits);
  };

/** Another service, after the others; `spec` is its literal. */
export const addService =
  (name: string, spec: string): TopologyEdit =>
  (source) =>
    source.edited(...source.appended(servicesIn(source), name, spec));

/** Without a service and without its weights. */
export const removeService =
  (name: string): TopologyEdit =>
  (source) => {
    const services = servicesIn(source);
    const property = propertyOf(services, name);
    if (!property) throw source.refuse(`the service ${name}`, services, `'${name}'`, BY_HAND);
    const weights = objectIn(meshIn(source), 'weights');
    const ofService = weights && propertyOf(weights, name);
    return source.edited(source.without(services, property), ...(weights && ofService ? [source.without(weights, ofService)] : []));
  };

/** A service calls another one; `call` is the literal of the call. */
export const addCall =
  (from: string, to: string, call: string): TopologyEdit =>
  (source) => {
    const service = serviceIn(source, from);
    const written = propertyOf(service, 'calls');
    const calls = objectIn(service, 'calls');
    if (!calls && written) throw source.refuse(`the calls of ${from}`, written, LITERAL, BY_HAND);
    return source.edited(
      ...(calls ? source.appended(calls, to, call) : source.appended(service, 'calls', `{ ${propertyText(to, call)} }`)),
    );
  };

/** Without that call. An object that only the call made longer than a line is one line again. */
export const removeCall =
  (from: string, to: string): TopologyEdit =>
  (source) => {
    const service = serviceIn(source, from);
    const [written, calls] = [propertyOf(service, 'calls'), objectIn(service, 'calls')];
    const call = calls && propertyOf(calls, to);
    if (!written || !call) throw source.refuse(`that ${from} calls ${to}`, written ?? service, `'${to}'`, BY_HAND);
    const after = source.edited(calls.properties.length === 1 ? source.without(service, written) : source.without(calls, call));
    return (
      [service, calls].reduce<ObjectSource | undefined>((joined, object) => joined ?? joinedLine(source, object, after), undefined) ?? after
    );
  };

/** An object on one line, where it fits on one only since the edit; undefined where it does not. */
function joinedLine(before: ObjectSource, object: ObjectExpression, after: ObjectSource): ObjectSource | undefined {
  const written = { start: object.start, end: object.end - (before.text.length - after.text.length) };
  const [long, short] = [before.textOf(object), after.textOf(written)];
  if (!long.includes('\n') || after.hasComment(written)) return undefined;
  const room = WIDTH - before.column(object) - 1; // the comma behind it
  if (onOneLine(short).length > room || onOneLine(long).length <= room) return undefined;
  return after.edited({ ...written, text: onOneLine(short) });
}

const onOneLine = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/, ([}\]])/g, ' $1')
    .replace(/\[ (.*?) \]/g, '[$1]');

/** A service has these versions, and weights of no other. */
export const setVersions =
  (name: string, versions: readonly string[]): TopologyEdit =>
  (source) => {
    const service = serviceIn(source, name);
    const list = `[${versions.map((version) => `'${version}'`).join(', ')}]`;
    const written = literalValue(propertyOf(service, 'versions'));
    const edit = written ? { start: written.start, end: written.end, text: list } : afterSpreads(service, `versions: ${list}`);
    return withoutOtherWeights(source.edited(edit), name, versions);
  };

/** An edit that overrides a property of a spread: it comes after the spread. */
function afterSpreads({ properties, start }: ObjectExpression, text: string) {
  const last = properties.findLast(({ type }) => type === 'SpreadElement');
  const at = last?.end ?? start + 1;
  return { start: at, end: at, text: last ? `, ${text}` : ` ${text},` };
}

function withoutOtherWeights(source: ObjectSource, name: string, versions: readonly string[]): ObjectSource {
  const weights = objectIn(objectIn(meshIn(source), 'weights'), name);
  const other = weights?.properties.find((property) => property.type === 'Property' && !versions.includes(nameOf(property) ?? ''));
  return weights && other?.type === 'Property'
    ? withoutOtherWeights(source.edited(source.without(weights, other)), name, versions)
    : source;
}

/** A service has these weights, which are added where it has none. */
export const setWeights =
  (name: string, weights: ReadonlyMap<string, number>): TopologyEdit =>
  (source) => {
    const hint = weightsHint(name, weights);
    const mesh = meshIn(source, hint);
    const all = objectIn(mesh, 'weights');
    if (!all) throw source.refuse('the weights', propertyOf(mesh, 'weights') ?? mesh, LITERAL, hint);
    const written = propertyOf(all, name);
    if (!written) return source.edited(...source.appended(all, name, weightsText(weights)));
    const value = objectIn(all, name);
    if (!value) throw source.refuse(`the weights of ${name}`, written, LITERAL, hint);
    if (!source.hasComment(value)) return source.edited({ start: value.start, end: value.end, text: weightsText(weights) });
    return [...weights].reduce((done, [version, percent]) => withWeight(done, name, version, percent), source);
  };

/** One weight, next to the comments of the others. */
function withWeight(source: ObjectSource, name: string, version: string, percent: number): ObjectSource {
  const weights = objectIn(objectIn(meshIn(source), 'weights'), name) as ObjectExpression;
  const value = literalValue(propertyOf(weights, version));
  return value
    ? source.edited({ start: value.start, end: value.end, text: String(percent) })
    : source.edited(...source.appended(weights, version, String(percent)));
}

/** What to write by hand for weights that cannot be saved. */
export const weightsHint = (name: string, weights: ReadonlyMap<string, number>): string =>
  `write them by hand: weights: { ${propertyText(name, weightsText(weights))} }`;

const weightsText = (weights: ReadonlyMap<string, number>): string =>
  `{ ${[...weights].map(([version, percent]) => propertyText(version, String(percent))).join(', ')} }`;

function meshIn(source: ObjectSource, hint = BY_HAND): ObjectExpression {
  if (!source.exported) throw source.refuse('the mesh', START, 'export default defineMesh({ … })', hint);
  return source.exported;
}

const START: Pick<Node, 'start'> = { start: 0 };

function servicesIn(source: ObjectSource): ObjectExpression {
  const mesh = meshIn(source);
  const services = objectIn(mesh, 'services');
  if (!services) throw source.refuse('the services', propertyOf(mesh, 'services') ?? mesh, LITERAL, BY_HAND);
  return services;
}

function serviceIn(source: ObjectSource, name: string): ObjectExpression {
  const services = servicesIn(source);
  const service = objectIn(services, name);
  if (!service) throw source.refuse(`the service ${name}`, propertyOf(services, name) ?? services, LITERAL, BY_HAND);
  return service;
}
