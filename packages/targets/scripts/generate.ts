import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { tool } from '../src/build/programs.ts';
import { crdFile } from '../src/istio/control-plane.ts';
import { checkout } from '../src/places.ts';
import { run } from '../src/process/run.ts';

const istio = join(checkout, 'infra/istio');
const environments = ['local', 'cluster', 'eks'] as const;
/** What every environment has in addition to what istioctl renders. */
const OWN_FILES = ['gateway.yaml', 'sidecars.yaml'];

/** What istioctl of the pinned release makes of base.yaml and each operator.yaml: the CRDs once, and the rest with OWN_FILES, each as one YAML text. */
export async function render(): Promise<ReadonlyMap<string, string>> {
  const istioctl = await tool('istioctl', silent);
  const own = (await Promise.all(OWN_FILES.map((file) => readFile(join(istio, file), 'utf8')))).flatMap(documentsOf);
  const rendered = new Map<string, string>();
  for (const environment of environments) {
    const operators = [join(istio, 'base.yaml'), join(istio, environment, 'operator.yaml')];
    const yaml = await run(istioctl, ['manifest', 'generate', ...operators.flatMap((file) => ['--filename', file])], { timeout: 120_000 });
    const documents = documentsOf(yaml);
    rendered.set(crdFile, joined(documents.filter(isCrd)));
    rendered.set(
      join(istio, environment, 'rendered.yaml'),
      joined([...documents.filter((document) => !isCrd(document) && !isForRemoteClusters(document)), ...own]),
    );
  }
  return rendered;
}

const documentsOf = (yaml: string): readonly string[] =>
  yaml
    .split(/^---\s*$/m)
    .map((document) => document.trim())
    .filter((document) => /^kind:/m.test(document));
/** istio-reader is the account that an istiod of another cluster would use: it may read every Secret, and nothing here uses it. */
const isForRemoteClusters = (document: string): boolean => /^ {2}name: istio-reader-/m.test(document);
const isCrd = (document: string): boolean => /^kind: CustomResourceDefinition$/m.test(document);
const joined = (documents: readonly string[]): string => `${documents.join('\n---\n')}\n`;

if (process.argv[1] === import.meta.filename) {
  for (const [file, text] of await render()) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
