import { isFields } from '../../object.ts';

interface Key {
  readonly isPrivate: boolean;
}

/** What keys of each type must have, and whether one is private. https://www.rfc-editor.org/rfc/rfc7518#section-6 */
const TYPES: Readonly<Record<string, { readonly required: readonly string[]; readonly ofPrivate?: readonly string[] }>> = {
  RSA: { required: ['e', 'n'], ofPrivate: ['d'] },
  EC: { required: ['crv', 'x', 'y'], ofPrivate: ['d'] },
  OKP: { required: ['crv', 'x'], ofPrivate: ['d'] },
  oct: { required: ['k'] },
};
const BASE64URL = /^[A-Za-z0-9_+/-]*={0,2}$/;

/** The keys of a JSON Web Key Set, or of a single key; where it is none, the reason. */
export function readKeys(text: string): readonly Key[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isFields(value)) return 'it is not an object';
  if (!Object.hasOwn(value, 'keys')) return together([readKey(value, 'the key')]);
  if (value.keys === null) return [];
  return Array.isArray(value.keys) ? together(value.keys.map((key, index) => readKey(key, `key ${index}`))) : 'its keys are not a list';
}

const together = (keys: readonly (Key | string)[]): readonly Key[] | string =>
  keys.find((key) => typeof key === 'string') ?? keys.filter((key) => typeof key !== 'string');

function readKey(key: unknown, name: string): Key | string {
  if (!isFields(key)) return `${name} is not an object`;
  const kty = typeof key.kty === 'string' && Object.hasOwn(TYPES, key.kty) ? TYPES[key.kty] : undefined;
  if (!kty) return `${name} has no kty of ${Object.keys(TYPES).join(', ')}`;
  const isPrivate = !kty.ofPrivate || kty.ofPrivate.some((part) => Object.hasOwn(key, part));
  const missing = kty.required.find((part) => typeof key[part] !== 'string');
  if (missing) return `${name} has no ${missing}`;
  const broken = kty.required.find((part) => part !== 'crv' && !BASE64URL.test(String(key[part])));
  return broken ? `${broken} of ${name} is not base64url` : { isPrivate };
}
