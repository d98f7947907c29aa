import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tool } from '../src/embedded/build/programs.ts';
import { controlPlaneFile, crdFile, operatorFile } from '../src/embedded/istio.ts';
import { run } from '../src/process/run.ts';
import { silent } from '../src/progress.ts';

/** What istioctl of the pinned release makes of operator.yaml: its CRDs and the rest, each as one YAML text. */
export async function render(): Promise<ReadonlyMap<string, string>> {
  const istioctl = await tool('istioctl', silent);
  const yaml = await run(istioctl, ['manifest', 'generate', '--filename', operatorFile], { timeout: 120_000 });
  const documents = yaml
    .split(/^---\s*$/m)
    .map((document) => document.trim())
    .filter((document) => /^kind:/m.test(document));
  const isCrd = (document: string) => /^kind: CustomResourceDefinition$/m.test(document);
  const join = (parts: readonly string[]) => `${parts.join('\n---\n')}\n`;
  return new Map([
    [crdFile, join(documents.filter(isCrd))],
    [controlPlaneFile, join(documents.filter((document) => !isCrd(document)))],
  ]);
}

if (process.argv[1] === import.meta.filename) {
  for (const [file, text] of await render()) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
