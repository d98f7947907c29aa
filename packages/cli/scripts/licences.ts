import { writeFile } from 'node:fs/promises';
import { licencesFile, licencesPage } from '../src/licences/licences-page.ts';
import { readThirdParty, thirdPartyFile, thirdPartyText } from '../src/licences/third-party.ts';
import { billsOf } from '../src/sbom/bills.ts';
import { TerminalProgress } from '../src/terminal/progress.ts';

await writeFile(thirdPartyFile, thirdPartyText(await readThirdParty(await billsOf([], new TerminalProgress()))));
await writeFile(licencesFile, await licencesPage());
