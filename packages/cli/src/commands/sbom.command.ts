import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { example } from '@mesh-platform/mesh/commands';
import { type AddCommand, print } from './context.ts';

interface SbomOptions {
  readonly out: string;
}

export const addSbom: AddCommand = (program, context) => {
  program
    .command('sbom')
    .description('Write a CycloneDX bill of materials of each image that is built here')
    .argument('[images...]', 'images, such as preview-v1 or node-root (default: all)')
    .option('--out <folder>', 'folder of NAME.cdx.json', 'sbom')
    .addHelpText('after', example('preview-v1 --out /tmp/sbom'))
    .action(async (images: string[], { out }: SbomOptions) => {
      const { billsOf } = await import('../sbom/bills.ts');
      const { cyclonedx } = await import('../sbom/cyclonedx.ts');
      const given = await context();
      const bills = await billsOf(images, given.progress);
      await mkdir(out, { recursive: true });
      const written = [];
      for (const { subject, parts } of bills) {
        const file = join(out, `${subject.name}.cdx.json`);
        await writeFile(file, cyclonedx(subject, parts));
        written.push({ image: subject.name, file, components: parts.length });
      }
      print(given, written, written.map(({ file, components }) => `${file}  ${components} components\n`).join(''));
    });
};
