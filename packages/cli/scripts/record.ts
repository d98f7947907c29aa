// Records commands in a terminal: node packages/cli/scripts/record.ts FILE.svg './platform up' './platform tour'
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { recordingSvg } from '../src/docs/recording-svg.ts';
import { type Chunk, screenOf } from '../src/docs/terminal-screen.ts';

const COLUMNS = 96;
const ROWS = 26;

const [file = '', ...commands] = process.argv.slice(2);
/** Put after each `./platform`, and not shown: the instance to record on. */
const options = process.env.RECORD_OPTIONS ?? '';
const chunks: Chunk[] = [];
const startedAt = performance.now();
const note = (text: string) => chunks.push({ at: (performance.now() - startedAt) / 1000, text });

for (const command of commands) {
  note(`${chunks.length > 0 ? '\n\n' : ''}$ ${command}\n`);
  const run = `stty cols ${COLUMNS} rows 50; ${command.replaceAll('./platform', `./platform ${options}`)}`;
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', run, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => note(options === '' ? text : text.replaceAll(` ${options}`, '')));
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`${command} ended with status ${status}`);
}
await writeFile(file, recordingSvg(screenOf(chunks), { columns: COLUMNS, rows: ROWS, title: commands.join(', then ') }));
