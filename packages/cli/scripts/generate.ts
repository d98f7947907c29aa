import { writeFile } from 'node:fs/promises';
import { readSkaffoldInput } from '../src/dev/read-skaffold-input.ts';
import { skaffoldFile, skaffoldText } from '../src/dev/skaffold-file.ts';

await writeFile(skaffoldFile, skaffoldText(await readSkaffoldInput()));
