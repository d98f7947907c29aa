import { PlatformError } from '@mesh-platform/kubernetes';
import { type Fields, isFields } from '../object.ts';

/** Throws a PlatformError that names the place where a value is of another type. */
type Shape = (value: unknown, where: string) => void;

const scalar =
  (type: 'string' | 'number' | 'boolean' | 'function'): Shape =>
  (value, where) => {
    if (typeof value !== type) wrongType(where, value, `a ${type}`);
  };
const text = scalar('string');
const number = scalar('number');
const flag = scalar('boolean');

const listOf =
  (item: Shape): Shape =>
  (value, where) => {
    if (!Array.isArray(value)) wrongType(where, value, 'a list');
    for (const [index, one] of value.entries()) item(one, `${where}[${index}]`);
  };

const recordOf =
  (entry: Shape): Shape =>
  (value, where) => {
    for (const [key, one] of Object.entries(mappingAt(value, where))) entry(one, `${where}, '${key}'`);
  };

/** A mapping with these fields; a question mark after a name allows it to be absent. Other fields are ignored. */
const mappingOf =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value, where) => {
    const mapping = mappingAt(value, where);
    for (const [key, shape] of Object.entries(fields)) {
      const name = key.replace('?', '');
      const field = mapping[name];
      if (field === undefined && name !== key) continue;
      shape(field, `${where}, ${name}`);
    }
  };

function oneOf(...known: readonly string[]): Shape {
  return (value, where) => {
    if (typeof value !== 'string' || !known.includes(value)) wrongType(where, value, `one of ${known.join(', ')}`);
  };
}

const mappingAt = (value: unknown, where: string): Fields => (isFields(value) ? value : wrongType(where, value, 'a mapping'));

function wrongType(where: string, value: unknown, expected: string): never {
  throw new PlatformError(`${where} is ${shown(value)}: expected ${expected}`, 'write the type that MeshSpec or EnvironmentSpec declares');
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

const retries = mappingOf({ attempts: number, 'perTry?': text, 'on?': listOf(text) });
const methods = mappingOf({ 'timeout?': text, 'idempotent?': flag, 'retries?': retries });
const callFields = { 'timeout?': text, 'retries?': retries, 'methods?': recordOf(methods) };
const service = mappingOf({
  protocol: oneOf('http', 'grpc', 'tcp'),
  port: number,
  versions: listOf(text),
  'stateful?': flag,
  'calls?': recordOf(mappingOf(callFields)),
});
const externalFields = { hosts: listOf(text), port: number, protocol: oneOf('tls', 'tcp', 'http') };
const entry = mappingOf({
  ...callFields,
  to: text,
  'hosts?': listOf(text),
  'hidden?': listOf(text),
  'sticky?': mappingOf({ cookie: text, assets: text }),
});
const mesh = mappingOf({
  name: text,
  namespace: text,
  'trustDomain?': text,
  'gateway?': entry,
  'services?': recordOf(service),
  'externals?': recordOf(mappingOf(externalFields)),
  'weights?': recordOf(recordOf(number)),
});
const environment = mappingOf({
  name: text,
  image: scalar('function'),
  'replicas?': number,
  'autoscale?': mappingOf({ max: number, cpuPercent: number }),
  'tls?': mappingOf({ credential: text }),
  'zones?': flag,
  'patches?': listOf(text),
  'variables?': recordOf(text),
  'loggedSuccesses?': oneOf('all', '1/16', '1/256', 'none'),
  'imageSources?': mappingOf({ 'registry?': text, 'nodeImage?': text, 'baseImage?': text, 'postgresImage?': text, 'istioHub?': text }),
  'subnets?': mappingOf({ 'pods?': text, 'services?': text }),
  'outside?': recordOf(mappingOf(externalFields)),
  'externals?': recordOf(mappingOf({ ...externalFields, calledBy: listOf(text) })),
});

/** Checks that a topology has the types of MeshSpec, which a file that was not compiled may violate. Throws a PlatformError that names the place. */
export const checkMeshShape = (spec: unknown): void => mesh(spec, 'the topology');

/** The same for an environment. */
export const checkEnvironmentShape = (spec: unknown): void => environment(spec, 'the environment');
