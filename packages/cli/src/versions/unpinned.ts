const EXACT = /^v?\d+\.\d+\.\d+(-[\w.]+)?$/;

export const notExact = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].filter(([, version = '']) => !EXACT.test(version)).map(([found]) => found.trim());

export function unpinnedNpm(text: string): readonly string[] {
  const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
  const fields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides'];
  return fields.flatMap((field) =>
    Object.entries(manifest[field] ?? {})
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => `${field}: ${name} ${version}`),
  );
}

export function unlocked(text: string): readonly string[] {
  const { packages } = JSON.parse(text) as { packages: Record<string, { link?: boolean; integrity?: string }> };
  return Object.entries(packages)
    .filter(([path, { link, integrity }]) => path.includes('node_modules/') && !link && !integrity?.startsWith('sha512-'))
    .map(([path]) => path);
}

export const unpinnedFrom = (text: string): readonly string[] =>
  [...text.matchAll(/^(?:FROM (?:--\S+ )*(\S+)|ARG BASE=(\S+)|COPY .*--from=(\S+[:/]\S+))/gim)]
    .filter(([, from, base, copied]) => !isPinnedImage(from ?? base ?? copied ?? ''))
    .map(([line]) => line);

/** A version of a module is exact by its form; `tool` and `replace` name modules that a `require` must pin. */
export function unpinnedGo(text: string): readonly string[] {
  const required = [...text.matchAll(/^(?:require\s+|\t)([\w.~/-]+\.[\w.~/-]+) (?!=>)(\S+)/gm)];
  const floating = required
    .filter(([, , version = '']) => !/^v\d+\.\d+\.\d+(-[\w.-]+)?(\+incompatible)?$/.test(version))
    .map(([line]) => line.trim());
  const local = [...text.matchAll(/=> \S+$/gm)].map(([line]) => line);
  const tools = [...text.matchAll(/^(?:tool |\t)([^\s(]+)$/gm)].map(([, tool = '']) => tool);
  const foreign = tools
    .filter((tool) => !required.some(([, path = '']) => `${tool}/`.startsWith(`${path}/`)))
    .map((tool) => `tool ${tool}`);
  return [...floating, ...local, ...foreign, ...(/^go \d+\.\d+/m.test(text) ? [] : ['no version of Go'])];
}

export const unpinnedWheels = (text: string): readonly string[] =>
  text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() && !line.trim().startsWith('#'))
    .filter((line) => !/^[\w.[\]-]+==[\w.!+]+(\s*;.*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*(#.*)?$/.test(line))
    .map((line) => line.slice(0, 80));

export const unpinnedProviders = (text: string): readonly string[] => notExact(text, /^\s*version\s*=\s*"(.*)"/gm);

/** Templates of Istio's injector name images by expressions, which its own values fill. */
export const unpinnedManifest = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*(?:- )?image: *["']?([^"'\s{]+)["']?\s*$/gm)]
    .filter(([, image = '']) => !isPinnedImage(image) && image !== 'auto')
    .map(([line]) => line.trim());

/** Images that are built in this repository, a build argument that a rule of its own looks at, and Docker's word for no image. */
const OWN = /^(localhost\/|\$\{?BASE\}?$|scratch$)/;

/**
 * True where a reference names one image for good: a digest, or a tag that begins with a version of two numbers or more.
 * A bare major version, such as `24-slim`, moves; so does no tag, which Docker takes for `latest`.
 */
export const isPinnedImage = (reference: string): boolean =>
  OWN.test(reference) || /@sha256:[0-9a-f]{64}$/.test(reference) || /:v?\d+\.\d+[\w.-]*$/.test(reference);
