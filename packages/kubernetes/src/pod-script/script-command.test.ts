import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { scriptCommand } from './script-command.ts';

const SCRIPT = `
import { setTimeout as pause } from 'node:timers/promises';
import { type End, firstWord } from '@mesh-platform/kubernetes/first-word';

let ended = 0;
const end: End = () => { ended++; };
const word = await firstWord((settle) => {
  void pause(1).then(() => settle('first')).then(() => settle('second'));
  return end;
});
await pause(5);
console.log(process.argv[1], word, ended > 0);
`;

it('a script runs where nothing of ours is, with its arguments, and gives the first word', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-script-'));
  try {
    await writeFile(join(folder, 'script.ts'), SCRIPT);
    const [, ...args] = await scriptCommand(pathToFileURL(join(folder, 'script.ts')), 'argument');
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    expect(stdout).toBe('argument first true\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});
