import type { AuthorizationCondition } from '../../kinds.ts';
import { entryOf } from '../../topology/spec.ts';
import { field, items } from '../schema/violation.ts';
import { isIpAddress, isIpRange } from './names.ts';
import { broken, type Violations, type WebhookCode } from './rules.ts';

/** Gives what is wrong with each value and what to write instead; nothing where a value is right. */
type Fault = (value: string) => readonly [message: string, hint: string] | undefined;
type Values = (values: readonly string[] | undefined, code: WebhookCode, path: string) => Violations;

const each = (faultOf: Fault): Values =>
  function* (values = [], code, path) {
    for (const [value, at] of items(values, path)) {
      const fault = faultOf(value);
      if (fault) yield broken(code, at, ...fault);
    }
  };

const emptyFault: Fault = (value) => (value === '' ? ['it is empty', 'write a value, or remove it'] : undefined);

export const texts = each(emptyFault);

export const addresses = each((value) =>
  isIpAddress(value) || isIpRange(value) ? undefined : [`'${value}' is no address`, 'write an address, or a range such as 10.0.0.0/8'],
);

export const ports = each((value) =>
  /^\d+$/.test(value) && Number(value) <= 65_535 ? undefined : [`'${value}' is no port`, 'write 0 to 65535'],
);

/** One wildcard, at the beginning or the end. */
const wildcardFault: Fault = (value) =>
  emptyFault(value) ??
  (/^\*?[^*]*$|^[^*]*\*$/.test(value) ? undefined : [`'${value}' has a wildcard inside`, 'write one * at the beginning or the end']);

const wildcards = each(wildcardFault);

export const trustDomains = each(
  (value) => wildcardFault(value) ?? (value.includes('/') ? [`'${value}' is no trust domain`, 'leave the / out'] : undefined),
);

const MAX_SERVICE_ACCOUNTS = 16;
const MAX_SERVICE_ACCOUNT_BYTES = 320;

export const serviceAccounts: Values = function* (values = [], code, path) {
  if (values.length > MAX_SERVICE_ACCOUNTS) yield broken(code, path, `there are ${values.length}`, `write at most ${MAX_SERVICE_ACCOUNTS}`);
  yield* each((value) =>
    /^[^/*]+(?:\/[^/*]+)?$/.test(value) && Buffer.byteLength(value) <= MAX_SERVICE_ACCOUNT_BYTES
      ? undefined
      : [`'${value}' is no service account`, 'write name or namespace/name, without wildcards'],
  )(values, code, path);
};

/** Paths with `{*}` for one step and `{**}` for the rest. */
export function* pathTemplates(paths: readonly string[] = [], path: string): Violations {
  for (const [template, place] of items(paths, path))
    if (!isPathTemplate(template))
      yield broken('MESH143', place, `'${template}' is no path`, 'write {*} for a whole step, and {**} once, at the end');
}

function isPathTemplate(path: string): boolean {
  const isTemplate = path.includes('{*}') || path.includes('{**}');
  const steps = path.replaceAll(/^\/+|\/+$/g, '').split('/');
  const rest = steps.indexOf('{**}');
  if (rest >= 0 && steps.slice(rest + 1).some((step) => step === '{*}' || step === '{**}')) return false;
  const literals = steps.filter((step) => step !== '{*}' && step !== '{**}');
  return literals.every((step) => !/[{}]/.test(step) && (!isTemplate || /^[a-zA-Z0-9-._~%!$&'()+,;:@=]+$/.test(step)));
}

/** Attributes of requests that conditions ask for. https://istio.io/latest/docs/reference/config/security/conditions/ */
const ATTRIBUTES: Readonly<Record<string, Values>> = {
  'source.ip': addresses,
  'remote.ip': addresses,
  'source.namespace': texts,
  'source.serviceAccount': serviceAccounts,
  'source.principal': texts,
  'source.trustDomain': wildcards,
  'request.auth.principal': texts,
  'request.auth.audiences': texts,
  'request.auth.presenter': texts,
  'destination.ip': addresses,
  'destination.port': ports,
  'connection.sni': texts,
};

/** Attributes with a name in brackets: `request.headers[x-user]`. */
const KEYED = /^(?:request\.headers|request\.auth\.claims|experimental\.envoy\.filters\.)[^[]*\[.+\]$/s;

export function* condition({ key, values = [], notValues = [] }: AuthorizationCondition, path: string): Violations {
  const at = field(path, 'key');
  if (key === '') yield broken('MESH144', at, 'it is empty', 'name an attribute, such as request.headers[x-user]');
  else if (values.length + notValues.length === 0) yield broken('MESH144', path, `nothing is asked of ${key}`, 'write values or notValues');
  else if (!KEYED.test(key) && !Object.hasOwn(ATTRIBUTES, key))
    yield broken(
      'MESH144',
      at,
      `there is no attribute ${key}`,
      `write one of ${Object.keys(ATTRIBUTES).join(', ')}, request.headers[…], request.auth.claims[…]`,
    );
  const check = entryOf(ATTRIBUTES, key) ?? texts;
  yield* check(values, 'MESH144', field(path, 'values'));
  yield* check(notValues, 'MESH144', field(path, 'notValues'));
}
