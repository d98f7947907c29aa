import { RE2JS } from 're2js';
import type { EnvoyFilter } from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';
import { labelSelector } from './selectors.ts';

type ConfigPatch = NonNullable<EnvoyFilter['spec']['configPatches']>[number];
type Match = NonNullable<ConfigPatch['match']>;

/** Whether Envoy accepts a value is not checked: that takes the descriptors of all of its types. Nor is there istiod's warning of every EnvoyFilter. */
export function* envoyFilterViolations({ spec }: EnvoyFilter): Violations {
  yield* labelSelector(spec.workloadSelector, 'spec.workloadSelector');
  for (const [patch, at] of items(spec.configPatches, 'spec.configPatches'))
    if (patch.match?.context !== 'WAYPOINT') yield* configPatch(patch, at);
}

function* configPatch(one: ConfigPatch, path: string): Violations {
  const { applyTo = 'INVALID', match, patch } = one;
  const missing = firstMissing(one);
  if (missing) {
    yield broken('MESH170', field(path, missing.name), 'it is missing', missing.hint);
    return;
  }
  if (patch?.operation !== 'REMOVE' && patch?.value === undefined) {
    yield broken(
      'MESH170',
      field(path, 'patch', 'value'),
      `${patch?.operation} needs it`,
      'write the configuration of Envoy, or operation: REMOVE',
    );
    return;
  }
  if (!match) return;
  yield* proxyVersion(match.proxy?.proxyVersion, field(path, 'match'));
  yield* matchedObject(applyTo, match, field(path, 'match'));
}

function firstMissing({ applyTo = 'INVALID', patch }: ConfigPatch): { readonly name: string; readonly hint: string } | undefined {
  if (applyTo === 'INVALID') return { name: 'applyTo', hint: 'write what is patched, such as HTTP_FILTER or CLUSTER' };
  if (!patch) return { name: 'patch', hint: 'write patch with operation and value' };
  if ((patch.operation ?? 'INVALID') === 'INVALID')
    return { name: 'patch.operation', hint: 'write MERGE, INSERT_BEFORE, REMOVE or another' };
  return undefined;
}

const MAX_VERSION = 1024;

function* proxyVersion(version: string | undefined, path: string): Violations {
  if (!version) return;
  const at = field(path, 'proxy', 'proxyVersion');
  if (Buffer.byteLength(version) > MAX_VERSION) {
    yield broken('MESH194', at, `it is ignored: it is longer than ${MAX_VERSION} bytes`, 'write a shorter regular expression');
    return;
  }
  try {
    RE2JS.compile(version);
  } catch (error) {
    yield broken(
      'MESH171',
      at,
      `it is not a regular expression of RE2: ${error instanceof Error ? error.message : error}`,
      'fix it, such as ^1\\.31.*',
    );
  }
}

type ObjectType = 'listener' | 'routeConfiguration' | 'cluster';

/** The match that goes with what is patched. */
const MATCHES: Readonly<Record<string, ObjectType>> = {
  LISTENER: 'listener',
  FILTER_CHAIN: 'listener',
  NETWORK_FILTER: 'listener',
  HTTP_FILTER: 'listener',
  ROUTE_CONFIGURATION: 'routeConfiguration',
  VIRTUAL_HOST: 'routeConfiguration',
  HTTP_ROUTE: 'routeConfiguration',
  CLUSTER: 'cluster',
};

function* matchedObject(applyTo: string, match: Match, path: string): Violations {
  const wanted = MATCHES[applyTo];
  const given = (['listener', 'routeConfiguration', 'cluster', 'waypoint'] as const).find((name) => match[name]);
  if (!wanted || !given) return;
  if (given !== wanted) yield broken('MESH171', field(path, given), `${applyTo} is not matched by ${given}`, `write ${wanted}`);
  else if (match.listener?.filterChain?.filter)
    yield* filter(match.listener.filterChain.filter, applyTo, field(path, 'listener', 'filterChain', 'filter'));
}

const CONNECTION_MANAGERS = ['envoy.filters.network.http_connection_manager', 'envoy.http_connection_manager'];
type Filter = NonNullable<NonNullable<NonNullable<Match['listener']>['filterChain']>['filter']>;

function* filter({ name = '', subFilter }: Filter, applyTo: string, path: string): Violations {
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN')
    yield broken('MESH194', path, `${applyTo} is not matched by filters`, 'remove it, or write applyTo: NETWORK_FILTER');
  if (name === '') {
    yield broken('MESH171', field(path, 'name'), 'it is missing', 'name the filter');
    return;
  }
  const at = field(path, 'subFilter');
  const wrong = subFilter && wrongSubFilter(subFilter.name ?? '', name, applyTo);
  if (wrong) yield broken('MESH171', at, ...wrong);
  else
    for (const [one, where] of [
      [name, path],
      [subFilter?.name ?? '', at],
    ] as const)
      yield* filterName(one, field(where, 'name'));
}

function wrongSubFilter(name: string, of: string, applyTo: string): readonly [message: string, hint: string] | undefined {
  if (applyTo !== 'HTTP_FILTER') return [`${applyTo} is not matched by it`, 'remove it, or write applyTo: HTTP_FILTER'];
  if (!CONNECTION_MANAGERS.includes(of)) return [`'${of}' has no filters of its own`, `write filter.name: ${CONNECTION_MANAGERS[0]}`];
  return name === '' ? ['it has no name', 'name the HTTP filter'] : undefined;
}

/** Names of filters before Envoy 1.14, in the order of the new ones. */
const DEPRECATED: Readonly<Record<string, string>> = {
  'envoy.buffer': 'http.buffer',
  'envoy.cors': 'http.cors',
  'envoy.csrf': 'http.csrf',
  'envoy.http_dynamo_filter': 'http.dynamo',
  'envoy.ext_authz': 'http.ext_authz',
  'envoy.fault': 'http.fault',
  'envoy.grpc_http1_bridge': 'http.grpc_http1_bridge',
  'envoy.grpc_json_transcoder': 'http.grpc_json_transcoder',
  'envoy.grpc_web': 'http.grpc_web',
  'envoy.gzip': 'http.gzip',
  'envoy.health_check': 'http.health_check',
  'envoy.ip_tagging': 'http.ip_tagging',
  'envoy.lua': 'http.lua',
  'envoy.rate_limit': 'http.ratelimit',
  'envoy.router': 'http.router',
  'envoy.squash': 'http.squash',
  'envoy.listener.http_inspector': 'listener.http_inspector',
  'envoy.listener.original_dst': 'listener.original_dst',
  'envoy.listener.original_src': 'listener.original_src',
  'envoy.listener.proxy_protocol': 'listener.proxy_protocol',
  'envoy.listener.tls_inspector': 'listener.tls_inspector',
  'envoy.client_ssl_auth': 'network.client_ssl_auth',
  'envoy.http_connection_manager': 'network.http_connection_manager',
  'envoy.mongo_proxy': 'network.mongo_proxy',
  'envoy.ratelimit': 'network.ratelimit',
  'envoy.redis_proxy': 'network.redis_proxy',
  'envoy.tcp_proxy': 'network.tcp_proxy',
};

function* filterName(name: string, path: string): Violations {
  if (Object.hasOwn(DEPRECATED, name)) yield broken('MESH191', path, `'${name}' is deprecated`, `write envoy.filters.${DEPRECATED[name]}`);
}
