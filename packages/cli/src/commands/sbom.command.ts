import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { billsOf } from '../sbom/bills.ts';
import { cyclonedx } from '../sbom/cyclonedx.ts';
import { type CommandContext, printJson } from './context.ts';

export interface SbomOptions {
  readonly out: string;
}

/** Writes the bill of materials of each image into a folder, and prints how much each lists. */
export async function sbom(names: readonly string[], { out }: SbomOptions, { progress, json }: CommandContext): Promise<void> {
  const bills = await billsOf(names, progress);
  await mkdir(out, { recursive: true });
  const written = [];
  for (const { subject, parts } of bills) {
    const file = join(out, `${subject.name}.cdx.json`);
    await writeFile(file, cyclonedx(subject, parts));
    written.push({ image: subject.name, file, components: parts.length });
  }
  if (json) printJson(written);
  else process.stdout.write(written.map(({ file, components }) => `${file}  ${components} components\n`).join(''));
}
