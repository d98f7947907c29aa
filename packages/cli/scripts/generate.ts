import { writeFile } from 'node:fs/promises';
import { readSkaffoldInput } from '../src/dev/read-skaffold-input.ts';
import { skaffoldFile, skaffoldText } from '../src/dev/skaffold-config.ts';
import { commandsFile, commandsPage } from '../src/docs/commands-page.ts';
import { typesPages } from '../src/docs/types-page.ts';
import { licencesFile, licencesPage } from '../src/licences/licences-page.ts';
import { commandLine } from '../src/main.ts';

await writeFile(skaffoldFile, skaffoldText(await readSkaffoldInput()));
await writeFile(commandsFile, commandsPage(commandLine()));
await writeFile(licencesFile, await licencesPage());
for (const { file, text } of typesPages()) await writeFile(file, text);
