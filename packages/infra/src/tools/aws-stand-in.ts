import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** Starts moto on a port that is free. Nothing it is told leaves the process. */
export async function startAwsStandIn(progress: Progress): Promise<AwsStandIn> {
  const packages = await standInPackages(progress);
  const python = { ...process.env, PYTHONPATH: packages, PYTHONUNBUFFERED: '1' };
  const server = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], { env: python, stdio: ['ignore', 'pipe', 'pipe'] });
  const endpoint = await addressOf(server);
  return {
    environment: {
      ...python,
      PATH: [join(packages, 'bin'), process.env.PATH].join(delimiter),
      AWS_ENDPOINT_URL: endpoint,
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
