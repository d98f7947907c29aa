import { PackageURL } from 'packageurl-js';

/** One thing that a file system contains, as a bill of materials lists it. */
export interface Part {
  readonly type: 'application' | 'library' | 'file';
  readonly name: string;
  readonly version?: string | undefined;
  /** https://github.com/package-url/purl-spec; a part without one is named by its type and paths. */
  readonly purl?: string;
  /** An SPDX identifier or expression. */
  readonly license?: string | undefined;
  /** Of the package as its registry serves it, in hexadecimal. */
  readonly hash?: { readonly algorithm: 'SHA-256' | 'SHA-512'; readonly value: string } | undefined;
  /** The name in advisories of a program whose package has another name. https://nvd.nist.gov/products/cpe */
  readonly cpe?: string;
  /** Its path; undefined for a Debian package, which has many. */
  readonly paths: readonly string[];
  /** References of the parts that it was linked from. */
  readonly uses?: readonly string[];
}

/** What other parts refer to a part by. */
export const referenceOf = ({ purl, type, name, paths }: Part): string => purl ?? `${type}:${paths[0] ?? name}`;

export const npmPurl = (name: string, version: string): string => {
  const [scope, plain] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return purl('npm', scope, plain ?? name, version);
};

export const goPurl = (path: string, version?: string): string => {
  const slash = path.lastIndexOf('/');
  return purl('golang', slash < 0 ? undefined : path.slice(0, slash), path.slice(slash + 1), version);
};

export const purl = (
  type: string,
  namespace: string | undefined,
  name: string,
  version?: string,
  qualifiers?: Record<string, string>,
): string => new PackageURL(type, namespace, name, version, qualifiers, undefined).toString();

/** The hash of npm's `integrity` or Go's `h1:`, which is in base64. */
export function hashOf(text: string | undefined): Part['hash'] {
  const [, kind, value] = /^(sha512-|h1:)(.+)$/.exec(text ?? '') ?? [];
  if (!value) return undefined;
  return { algorithm: kind === 'h1:' ? 'SHA-256' : 'SHA-512', value: Buffer.from(value, 'base64').toString('hex') };
}
