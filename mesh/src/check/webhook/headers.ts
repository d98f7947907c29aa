import type { HeaderOperations, HttpRewrite } from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';

/** The header names that matches and CORS policies may contain. `,` lies between `+` and `-`: istiod accepts it, HTTP does not. */
export const isHeaderName = (name: string): boolean => /^[!#$%&'*+-.^_`|~A-Za-z0-9]+$/.test(name);

const isAuthority = (name: string) => [':authority', 'host'].includes(name.toLowerCase());
const isInternal = (name: string) => name.startsWith(':') || name.toLowerCase() === 'host';

/** Checks the headers that a route adds, sets and removes in requests and responses. */
export function* headerOperations(headers: HeaderOperations | undefined, path: string): Violations {
  if (!headers) return;
  const { request, response } = headers;
  const [requestPath, responsePath] = [field(path, 'request'), field(path, 'response')];
  for (const operation of ['add', 'set'] as const) {
    yield* written(request?.[operation], field(requestPath, operation), (name) => isInternal(name) && !isAuthority(name));
    yield* written(response?.[operation], field(responsePath, operation), isInternal);
  }
  yield* removed(request?.remove, field(requestPath, 'remove'));
  yield* removed(response?.remove, field(responsePath, 'remove'));
}

function* written(headers: Readonly<Record<string, string>> = {}, path: string, isRefused: (name: string) => boolean): Violations {
  for (const [name, value] of Object.entries(headers)) {
    yield* headerName(name, field(path, name), isRefused);
    if (!isHeaderValue(value))
      yield broken(
        'MESH110',
        field(path, name),
        `'${value}' is no value of a header`,
        'write %% for a percent sign, and no control characters',
      );
  }
}

function* removed(names: readonly string[] = [], path: string): Violations {
  for (const [name, at] of items(names, path)) yield* headerName(name, at, isInternal);
}

function* headerName(name: string, path: string, isRefused: (name: string) => boolean): Violations {
  if (name === '') yield broken('MESH110', path, 'a header without a name', 'name the header');
  else if (isRefused(name))
    yield broken('MESH110', path, `no proxy changes ${name} here`, 'remove it; rewrite.authority changes the host of a request');
}

/** A request goes to one host. */
export function* oneAuthority(rewrite: HttpRewrite | undefined, headers: HeaderOperations | undefined, path: string): Violations {
  const operations = [...Object.entries(headers?.request?.set ?? {}), ...Object.entries(headers?.request?.add ?? {})];
  const values = [rewrite?.authority ?? '', ...operations.filter(([name]) => isAuthority(name)).map(([, value]) => value)];
  if (values.slice(0, -1).some((value) => value !== ''))
    yield broken('MESH110', path, 'the authority is set more than once', 'set it in one place');
}

type State = 'text' | 'percent' | 'variable' | 'arguments' | 'strings' | 'string' | 'escaped' | 'delimiter' | 'closing' | 'end';

/**
 * How Envoy reads the value of a header: text with variables such as `%HOSTNAME%` and `%REQ(x-name)%`, and `%%` for a percent sign.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#custom-request-response-headers
 */
const next: Readonly<Record<State, (character: string) => State | undefined>> = {
  text: (character) => (character === '%' ? 'percent' : 'text'),
  percent: (character) => (character === '%' ? 'text' : next.variable(character)),
  variable: (character) => (character === '%' ? 'text' : character === '(' ? 'arguments' : 'variable'),
  arguments: (character) => (character === '[' ? 'strings' : character === ' ' ? 'arguments' : 'string'),
  strings: (character) => (character === '"' ? 'string' : character === ' ' ? 'strings' : undefined),
  string: (character) => (character === '\\' ? 'escaped' : character === ')' ? 'end' : character === '"' ? 'delimiter' : 'string'),
  escaped: () => 'string',
  delimiter: (character) => (character === ',' ? 'strings' : character === ']' ? 'closing' : character === ' ' ? 'delimiter' : undefined),
  closing: (character) => (character === ')' ? 'end' : character === ' ' ? 'closing' : undefined),
  end: (character) => (character === '%' ? 'text' : character === ' ' ? 'end' : undefined),
};

function isHeaderValue(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what no value has.
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) return false;
  let state: State | undefined = 'text';
  for (const character of value) {
    state = next[state](character);
    if (!state) return false;
  }
  return state === 'text';
}
