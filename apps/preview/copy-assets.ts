import { cpSync } from 'node:fs';

// tsc copies no style sheets: each release's assets go beside its compiled templates.
cpSync('src/releases', 'dist/releases', { recursive: true, filter: (path) => !path.endsWith('.ts') });
