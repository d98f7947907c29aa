import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { run } from '../process/run.ts';
import type { Image } from './build/images.ts';
import { layout } from './node/layout.ts';

const prefix = 'localhost/mesh-platform/';

/** The container runtime of a running node, by its first process. */
export class Containerd {
  readonly #enter: readonly string[];

  constructor(init: number) {
    this.#enter = [
      '--target',
      String(init),
      '--mount',
      '--pid',
      '--net',
      '--ipc',
      '--uts',
      '--cgroup',
      '--',
      'ctr',
      '--address',
      layout.containerd,
      '--namespace',
      'k8s.io',
    ];
  }

  /** The platform's images that the node has, by reference. */
  async references(): Promise<ReadonlySet<string>> {
    const output = await run('nsenter', [...this.#enter, 'images', 'list', '--quiet'], { timeout: 30_000 });
    return new Set(output.split('\n').filter((reference) => reference.startsWith(prefix) && reference.includes('@')));
  }

  /** Reads an archive of the cache into the node; afterwards a pod can name it by its digest. */
  async import({ name, reference, archive }: Image): Promise<void> {
    const file = await open(archive);
    try {
      const args = [...this.#enter, 'images', 'import', '--digests', '--base-name', `${prefix}${name}`, '-'];
      await new Promise<void>((resolve, reject) => {
        const child = spawn('nsenter', args, { stdio: [file.fd, 'ignore', 'pipe'], timeout: 300_000 });
        let words = '';
        child.stderr?.setEncoding('utf8').on('data', (text: string) => {
          words += text;
        });
        child.once('error', reject);
        child.once('close', (status) =>
          status === 0 ? resolve() : reject(new Error(`import of ${reference} ended with status ${status}: ${words.trim()}`)),
        );
      });
    } finally {
      await file.close();
    }
  }

  async remove(references: readonly string[]): Promise<void> {
    if (references.length > 0) await run('nsenter', [...this.#enter, 'images', 'remove', ...references], { timeout: 60_000 });
  }
}
