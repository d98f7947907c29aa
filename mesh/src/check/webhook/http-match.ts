import { RE2JS } from 're2js';
import { kept } from '../../kept.ts';
import type { HttpMatch, StringMatch } from '../../kinds.ts';
import { field } from '../schema/violation.ts';
import { isHeaderName } from './headers.ts';
import { gatewayNames, labels, port } from './hosts.ts';
import { isDnsLabel } from './names.ts';
import { broken, type Violations } from './rules.ts';

const PSEUDO_HEADERS = [':method', ':scheme', ':authority', ':path', ':status'];

/** `@request.auth.claims.sub`: a match on a JWT claim. */
const isClaim = (name: string) => /^@request\.auth\.claims(?:\..+|\[.+\])$/is.test(name);

export function* httpMatch(match: HttpMatch, path: string): Violations {
  for (const list of ['headers', 'withoutHeaders'] as const) {
    for (const [name, value] of Object.entries(match[list] ?? {})) {
      yield* matchedHeader(name, field(path, list, name));
      if (list === 'headers' || value.regex !== '*') yield* stringMatch(value, field(path, list, name));
    }
  }
  for (const name of ['scheme', 'method', 'authority'] as const) yield* stringMatch(match[name], field(path, name));
  for (const [name, value] of Object.entries(match.queryParams ?? {})) yield* stringMatch(value, field(path, 'queryParams', name));
  yield* regexMatch(match.uri, field(path, 'uri'));
  if (match.port) yield* port(match.port, field(path, 'port')); // istiod reads 0 as none
  yield* labels(match.sourceLabels, 'MESH109', field(path, 'sourceLabels'));
  yield* gatewayNames(match.gateways, field(path, 'gateways'));
  if (match.sourceNamespace && !isDnsLabel(match.sourceNamespace))
    yield broken('MESH109', field(path, 'sourceNamespace'), `'${match.sourceNamespace}' is no namespace`, 'write a DNS label');
}

function* matchedHeader(name: string, path: string): Violations {
  if (isClaim(name) || PSEUDO_HEADERS.includes(name) || isHeaderName(name)) return;
  yield broken('MESH109', path, `'${name}' is no name of a header`, 'write letters, digits and -');
}

/** Istio matches JWT claims only at gateways. */
export function* claimsAtGateways(match: HttpMatch, path: string): Violations {
  for (const list of ['headers', 'withoutHeaders'] as const)
    for (const name of Object.keys(match[list] ?? {}))
      if (isClaim(name))
        yield broken('MESH109', field(path, list, name), 'JWT claims match only at gateways', 'name a gateway in spec.gateways');
}

export function* regexMatch(match: StringMatch | undefined, path: string): Violations {
  const fault = match?.regex === undefined ? undefined : regexFault(match.regex);
  if (fault)
    yield broken('MESH109', field(path, 'regex'), `no regular expression of RE2: ${fault}`, 'fix it, or match exactly or by prefix');
}

function* stringMatch(match: StringMatch | undefined, path: string): Violations {
  if (match?.prefix === '')
    yield broken('MESH109', field(path, 'prefix'), 'an empty prefix', 'write the beginning, or leave the match out');
  yield* regexMatch(match, path);
}

const MAX_BYTES = 1024;
const faults = new Map<string, string | undefined>();

/** Why Envoy would not take a regular expression, in RE2's syntax; undefined where it would. */
export const regexFault = (regex: string): string | undefined => kept(faults, regex, () => findFault(regex));

function findFault(regex: string): string | undefined {
  if (regex === '') return 'it is empty';
  if (Buffer.byteLength(regex) > MAX_BYTES) return `it is longer than ${MAX_BYTES} bytes`;
  try {
    RE2JS.compile(regex);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
