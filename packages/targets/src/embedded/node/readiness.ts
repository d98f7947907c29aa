import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { V1Node } from '@kubernetes/client-node';
import { isReady } from '@mesh-platform/kubernetes/pods';
import { timeLimit } from '@mesh-platform/kubernetes/time-limits';
import { waitFor } from '../../process/wait.ts';
import type { Instance } from '../instance.ts';
import { layout } from './layout.ts';
import { nodeFile } from './plan.ts';

const ANSWER_MS = 2_000;
const API_SERVER_MS = 150_000;
/** Seen: 2 s. */
const REGISTERED_MS = 90_000;

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** Resolves once the API server reports that it is ready. It offers nothing to watch before that. */
export async function apiServerReady(instance: Instance): Promise<void> {
  const ask = await askApiServer(instance);
  const look = async () => ((await ask('/readyz'))?.status === 200 ? true : undefined);
  await waitFor('the API server', look, { timeout: API_SERVER_MS, every: 50 });
}

/** A request to the API server: its answer, or undefined where there is none. */
type Ask = (path: string) => Promise<Answer | undefined>;

/** Resolves once the kubelet has registered the node as Ready, so that pods start on it. */
export async function nodeReady(instance: Instance): Promise<void> {
  await registeredAsReady(await askApiServer(instance), REGISTERED_MS);
}

/** As nodeReady, by the answers of `ask`. Throws after that many milliseconds. */
export async function registeredAsReady(ask: Ask, timeout: number): Promise<void> {
  const look = async () => {
    const answer = await ask(`/api/v1/nodes/${layout.nodeName}`);
    return answer?.status === 200 && isReady(JSON.parse(answer.body) as V1Node) ? true : undefined;
  };
  await waitFor('the kubelet has not registered the node as Ready', look, { timeout, every: 50 });
}

/** Requests with the administrator's certificate; each resolves with undefined where the API server does not answer. */
async function askApiServer(instance: Instance): Promise<Ask> {
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map((name) => readFile(nodeFile(instance, `${layout.pki}/${name}`))),
  );
  const options = { host: instance.link.node, port: layout.apiPort, timeout: timeLimit(ANSWER_MS), ca, cert, key };
  return (path) =>
    new Promise((resolve) => {
      const sent = request({ ...options, path }, (response) =>
        text(response).then(
          (body) => resolve({ status: response.statusCode, body }),
          () => resolve(undefined),
        ),
      );
      sent.on('error', () => resolve(undefined)).on('timeout', () => sent.destroy());
      sent.end();
    });
}
