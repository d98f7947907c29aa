import type { MeshSpec } from '../topology/spec.ts';

/** A topology as the source of a file: `export default defineMesh({ … })`. */
export const topologySource = (spec: MeshSpec): string =>
  `import { defineMesh } from '@mesh-platform/mesh';\n\nexport default defineMesh(${literal(spec, '')});\n`;

const WIDTH = 120;

function literal(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return scalar(value);
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Array.isArray(value)
    ? value.map((item) => literal(item, deeper))
    : Object.entries(value).map(([key, item]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : scalar(key)}: ${literal(item, deeper)}`);
  if (parts.length === 0) return open + close;
  const line = Array.isArray(value) ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
  if (indent.length + line.length <= WIDTH && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => `${deeper}${part},\n`).join('')}${indent}${close}`;
}

const scalar = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(value);
