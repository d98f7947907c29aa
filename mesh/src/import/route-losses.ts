import { isDeepStrictEqual } from 'node:util';
import { type Fields, fields, list, records, text } from '../model/fields.ts';
import { type Destination, readVirtualService } from '../model/virtual-services.ts';
import { serviceNamed } from '../names.ts';
import type { MeshObject } from '../object.ts';
import { entryOf, type MeshSpec } from '../topology/spec.ts';
import { type Given, workloadsOf } from './given.ts';

const ROUTE = ['name', 'match', 'route', 'timeout', 'retries'];
const MATCH = ['name', 'uri', 'method', 'sourceLabels', 'port', 'gateways'];

/** What the routes of a VirtualService do and those of the rendered one do not. */
export function routeLosses(object: MeshObject, twin: MeshObject, given: Given, spec: MeshSpec): readonly string[] {
  const { http, tcp, hosts: _hosts, gateways: _gateways, ...rest } = fields(object.spec);
  const made = fields(twin.spec);
  const read = readVirtualService(object);
  const routes = [
    ...read.http.map((route) => ({ route, raw: records(http)[indexOf(route.path)] })),
    ...read.plain.map((route) => ({ route, raw: {} })),
  ];
  const isSticky = spec.gateway?.sticky !== undefined && list(fields(object.spec).gateways).length > 0;
  return [
    ...Object.keys(rest).map((key) => `spec.${key} is lost: a topology has no such setting`),
    ...records(http).flatMap((route, index) => settingLosses(route, `spec.http[${index}]`, records(made.http), isSticky)),
    ...records(tcp).flatMap((route, index) => matchLosses(route, `spec.tcp[${index}]`)),
    ...routes.flatMap(({ route, raw }) => {
      const isAnswer = fields(raw).redirect !== undefined || fields(raw).directResponse !== undefined || fields(raw).delegate !== undefined;
      return isSticky || isAnswer ? [] : destinationLosses(route.destinations, route.path, given, spec);
    }),
    ...(read.http.length > 0 && read.http.every(({ matches }) => matches.length > 0) && !isDeepStrictEqual(http, made.http)
      ? ['spec.http: a request that meets no route got 404; policies answer it with 403, or it takes the route for all']
      : []),
  ];
}

const indexOf = (path: string): number => Number(/\[(\d+)\]$/.exec(path)?.[1] ?? 0);

function settingLosses(route: Fields, path: string, made: readonly Fields[], isSticky: boolean): readonly string[] {
  const other = Object.keys(route).filter((key) => !ROUTE.includes(key));
  const stated = (['timeout', 'retries'] as const).filter(
    (key) => route[key] !== undefined && !made.some((one) => isDeepStrictEqual(stateOf(one[key]), stateOf(route[key]))),
  );
  return [
    ...other.map((key) => `${path}.${key} is lost: a topology has no such setting`),
    ...stated.map((key) => `${path}.${key} is not what the topology makes of it`),
    ...(isSticky ? [] : matchLosses(route, path)),
  ];
}

/** Conditions of retries in any order and with any spaces. */
const stateOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'retryOn' in value
    ? {
        ...value,
        retryOn: (text(value.retryOn) ?? '')
          .split(',')
          .map((word) => word.trim())
          .sort(),
      }
    : value;

const matchLosses = (route: Fields, path: string): readonly string[] =>
  records(route.match).flatMap((match, index) => {
    const regex = text(fields(match.uri).regex) === undefined ? [] : ['uri.regex'];
    const labelled = Object.keys(fields(match.sourceLabels)).some((label) => label !== 'app') ? ['sourceLabels'] : [];
    return [...Object.keys(match).filter((key) => !MATCH.includes(key)), ...regex, ...labelled].map(
      (key) => `${path}.match[${index}].${key} is lost: a topology routes requests by caller, method and path`,
    );
  });

/** A topology gives all requests of a service the same weights. */
function destinationLosses(destinations: readonly Destination[], path: string, given: Given, spec: MeshSpec): readonly string[] {
  const names = [...new Set(destinations.map(({ fullHost }) => serviceNamed(fullHost, given.namespace) ?? fullHost))];
  const [name = ''] = names;
  const service = entryOf(spec.services, name);
  if (names.length !== 1 || !service) return [`${path}.route is lost: it leads to ${names.join(', ') || 'nothing'}`];
  const total = destinations.reduce((sum, { weight = destinations.length === 1 ? 1 : 0 }) => sum + weight, 0);
  if (total === 0 || destinations.some(({ subset }) => subset === undefined)) return [];
  const wrong = destinations.filter(({ subset = '', weight = 1 }) => {
    const version = versionOf(given, name, subset);
    const percent = entryOf(entryOf(spec.weights, name), version) ?? (service.versions[0] === version ? 100 : 0);
    return percent !== (100 * weight) / total;
  });
  if (wrong.length === 0) return [];
  const isRounded = wrong.every(({ subset = '', weight = 1 }) => {
    const percent = entryOf(entryOf(spec.weights, name), versionOf(given, name, subset)) ?? 0;
    return Math.abs(percent - (100 * weight) / total) < 1;
  });
  return [
    isRounded
      ? `${path}.route is rounded: weights of a topology are whole percents`
      : `${path}.route is lost: a topology gives all requests to ${name} the same weights`,
  ];
}

function versionOf({ inventory, namespace, ...rest }: Given, name: string, subset: string): string {
  const rules = inventory.destinationRules.filter(({ host }) => serviceNamed(host, namespace) === name);
  const found = rules.flatMap(({ subsets }) => subsets).find((one) => one.name === subset);
  return found?.labels.get('version') ?? workloadsOf({ inventory, namespace, ...rest }, name)[0]?.labels.get('version') ?? subset;
}
