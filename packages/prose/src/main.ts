import { fileURLToPath } from 'node:url';
import { checkFiles } from './check-files.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files = process.argv.slice(2);
const problems = await checkFiles(root, files.length > 0 ? files : undefined);
for (const { file, line, column, message, hint } of problems) process.stdout.write(`${file}:${line}:${column} ${message}\n  → ${hint}\n`);
process.stdout.write(problems.length === 0 ? '✓ the prose follows the style\n' : `✗ ${problems.length} places to reword\n`);
if (problems.length > 0) process.exitCode = 1;
