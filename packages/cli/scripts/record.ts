// Records commands in a terminal, as FILE.svg with motion and FILE-still.svg without: node packages/cli/scripts/record.ts FILE.svg './platform up' './platform tour'
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { stateFolder } from '@mesh-platform/targets';
import { lastScreenSvg, recordingSvg } from '../src/docs/recording-svg.ts';
import { type Chunk, screenOf } from '../src/docs/terminal-screen.ts';

const COLUMNS = 104;
const ROWS = 26;

const [file = '', ...commands] = process.argv.slice(2);
/** The instance to record on, which is shown as the one that a reader gets. */
const instance = process.env.RECORD_INSTANCE ?? 'default';
const options = instance === 'default' ? '' : ` --instance ${instance}`;
const asDefault = (text: string): string =>
  text.replaceAll(options, '').replaceAll(`${stateFolder()}/${instance}/`, '~/.local/state/mesh-platform/default/');

const chunks: Chunk[] = [];
const startedAt = performance.now();
const note = (text: string) => chunks.push({ at: (performance.now() - startedAt) / 1000, text });

for (const command of commands) {
  note(`${chunks.length > 0 ? '\n\n' : ''}$ ${command}\n`);
  const run = `stty cols ${COLUMNS} rows 50; ${command.replace('./platform', `./platform${options}`)}`;
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', run, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8').on('data', note);
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`${command} ended with status ${status}`);
}
const lines = screenOf(chunks).map((line) => ({ ...line, text: asDefault(line.text) }));
const style = { columns: COLUMNS, rows: ROWS, title: `${commands.join(', then ')}; pauses are shortened` };
await writeFile(file, recordingSvg(lines, style));
await writeFile(file.replace(/\.svg$/, '-still.svg'), lastScreenSvg(lines, style));
