const BYTES = 256 * 1024;
const repeat = (unit: string, bytes = BYTES): string => unit.repeat(Math.floor(bytes / unit.length));

/** Markdown that a renderer pays for with memory or time beyond its size, at most 256 KiB each. */
export const hostileTexts: Readonly<Record<string, () => string>> = {
  'quotes with lazy lines': () => `${'> '.repeat(99)}a\n${repeat('a\n', BYTES - 200)}`,
  headings: () => repeat('# h\n'),
  'empty headings': () => repeat('#\n'),
  'ftp links': () => repeat('ftp://a.co/'),
  'links without a scheme': () => repeat('//a.co/'),
  images: () => repeat('![a](b)'),
  'deep brackets': () => repeat('[', BYTES / 2) + repeat(']', BYTES / 2),
};
