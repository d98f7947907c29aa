import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allChecks, type DefinedMesh, defineEnvironment, render, renderYaml, resolveMesh, runChecks } from '@mesh-platform/mesh';
import { manyServices } from '../test/support/many-services.ts';

/** Prints what a large mesh costs: `npm run bench -w mesh`. */
const MEGABYTE = 1024 * 1024;

async function main(): Promise<void> {
  const spec = manyServices(1_000);
  const calls = Object.values(spec.services).reduce((sum, service) => sum + Object.keys(service.calls ?? {}).length, 0);
  const steps: [string, number][] = [];
  const timed = <T>(name: string, work: () => T): T => {
    const startedAt = performance.now();
    const result = work();
    steps.push([name, performance.now() - startedAt]);
    return result;
  };
  const mesh: DefinedMesh = timed('resolve', () => ({ ...resolveMesh(spec), spec }));
  const environment = defineEnvironment(mesh, { name: 'many', image: (service, version) => `${service}:${version}` });
  const rendered = timed('render', () => render(environment));
  const files = timed('YAML', () => renderYaml(rendered));
  const findings = timed('check', () => runChecks({ objects: rendered.objects, mesh: environment.mesh }, allChecks));
  const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  console.log(
    `${mesh.services.size} services, ${calls} calls, ${rendered.objects.length} objects, ${(bytes / MEGABYTE).toFixed(1)} MiB of YAML, ${findings.length} findings`,
  );
  for (const [name, milliseconds] of steps) console.log(`  ${name.padEnd(10)} ${milliseconds.toFixed(0).padStart(6)} ms`);
  console.log(
    `  ${'in all'.padEnd(10)} ${steps
      .reduce((sum, [, milliseconds]) => sum + milliseconds, 0)
      .toFixed(0)
      .padStart(6)} ms`,
  );
  console.log(`  memory     ${(process.resourceUsage().maxRSS / 1024).toFixed(0).padStart(6)} MiB at most`);
  console.log(`100 services type-check in ${(await typeCheck(100)).toFixed(0)} ms`);
}

/** How long the compiler takes for a topology of literal types. */
async function typeCheck(services: number): Promise<number> {
  const folder = await mkdtemp(join(import.meta.dirname, 'types-'));
  try {
    const text = `import { defineMesh } from '@mesh-platform/mesh';\nexport default defineMesh(${JSON.stringify(manyServices(services))});\n`;
    await writeFile(join(folder, 'many.mesh.ts'), text);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['many.mesh.ts'] }));
    const startedAt = performance.now();
    const compiler = join(import.meta.dirname, '../../node_modules/.bin/tsc');
    const { status, stdout } = spawnSync(compiler, ['-p', join(folder, 'tsconfig.json'), '--noEmit'], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    if (status !== 0) throw new Error(`the compiler refused it: ${stdout.slice(0, 2_000)}`);
    return performance.now() - startedAt;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
