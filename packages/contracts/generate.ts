import { spawnSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [outDir] = process.argv.slice(2);
if (!outDir) {
  console.error('usage: node generate.ts OUT_DIR');
  process.exit(2);
}

// The same rules that src/grpc.ts gives to the loader at run time: types and messages agree.
const loading = ['--longs=String', '--enums=String', '--defaults', '--oneofs', '--includeComments'];
const naming = ['--grpcLib=@grpc/grpc-js', '--importFileExtension=.js', '--inputTemplate=%s__Input', '--outputTemplate=%s'];
const generator = createRequire(import.meta.url).resolve('@grpc/proto-loader/build/bin/proto-loader-gen-types.js');

const cwd = import.meta.dirname;
rmSync(outDir, { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [generator, ...loading, ...naming, '-I', 'proto', '-O', outDir, ...globSync('**/*.proto', { cwd: join(cwd, 'proto') }).sort()],
  { cwd, stdio: 'inherit' },
);
process.exit(status ?? 1);
