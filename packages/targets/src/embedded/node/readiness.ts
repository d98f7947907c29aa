import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { waitFor } from '../../process/wait.ts';
import type { Instance } from '../instance.ts';
import { layout } from './layout.ts';
import { nodeFile } from './plan.ts';

/** Resolves once the API server says that it is ready. It offers nothing to watch before that. */
export async function apiServerReady(instance: Instance): Promise<void> {
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map((name) => readFile(nodeFile(instance, `${layout.pki}/${name}`))),
  );
  const options = { host: instance.link.node, port: layout.apiPort, path: '/readyz', timeout: 2_000, ca, cert, key };
  const look = () =>
    new Promise<true | undefined>((resolve) => {
      const probe = request(options, (response) => {
        response.resume();
        resolve(response.statusCode === 200 ? true : undefined);
      });
      probe.on('error', () => resolve(undefined)).on('timeout', () => probe.destroy());
      probe.end();
    });
  await waitFor('the API server', look, { timeout: 150_000, every: 50 });
}
