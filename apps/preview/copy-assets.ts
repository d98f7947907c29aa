import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// The styles of both versions, in the order of the cascade: one file for a browser to fetch.
const STYLES = ['base', 'controls', 'editor', 'documents', 'path', 'prose', 'conflict', 'messages'];
const FONTS = {
  v1: '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  v2: '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
};

// tsc compiles the templates and the scripts; the other assets are copied next to them.
writeFileSync('dist/browser/base.css', STYLES.map((name) => readFileSync(`src/browser/styles/${name}.css`, 'utf8')).join('\n'));
cpSync('src/versions', 'dist/versions', { recursive: true, filter: (path) => !path.endsWith('.ts') });
for (const [version, font] of Object.entries(FONTS)) {
  cpSync(fileURLToPath(import.meta.resolve(font)), `dist/versions/${version}/assets/text.woff2`);
}
