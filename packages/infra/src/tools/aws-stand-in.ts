import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { waitFor } from '@mesh-platform/targets';
import { pythonPackages } from './python-packages.ts';

/** AWS's APIs as moto answers them, on loopback, and the environment in which `aws` talks to them. */
export interface AwsStandIn {
  readonly environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export const standInPackages = (progress: Progress): Promise<string> =>
  pythonPackages('aws-stand-in', 'aws-stand-in.requirements.txt', progress);

const REGION = 'us-east-1';

/** Starts moto on a port that is free, and writes an `aws` into `folder`/bin that asks it. No request leaves the process. */
export async function startAwsStandIn(folder: string, progress: Progress): Promise<AwsStandIn> {
  const packages = await standInPackages(progress);
  const python = { ...process.env, PYTHONPATH: packages, PYTHONUNBUFFERED: '1' };
  const server = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], { env: python, stdio: ['ignore', 'pipe', 'pipe'] });
  const endpoint = await addressOf(server);
  const programs = join(folder, 'bin');
  await mkdir(programs);
  // The CLI's commands of RDS do not read the endpoint from the environment.
  const cli = `#!/bin/sh\nexec python3 ${join(packages, 'bin/aws')} --endpoint-url ${endpoint} "$@"\n`;
  await writeFile(join(programs, 'aws'), cli, { mode: 0o755 });
  return {
    environment: {
      ...python,
      PATH: [programs, process.env.PATH].join(delimiter),
      BASH_ENV: '', // what it names may put another `aws` first
      AWS_ENDPOINT_URL: endpoint, // no other program of AWS's asks the internet
      AWS_ACCESS_KEY_ID: 'stand-in',
      AWS_SECRET_ACCESS_KEY: 'stand-in',
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PAGER: '',
    },
    async stop() {
      const gone = once(server, 'exit');
      server.kill();
      await gone;
    },
  };
}

/** The address that moto prints once it listens. */
async function addressOf(server: ChildProcess): Promise<string> {
  let printed = '';
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (text: Buffer) => (printed += text.toString()));
  return waitFor('moto listens', async () => /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0], { timeout: 60_000 });
}
