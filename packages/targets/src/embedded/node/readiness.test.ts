import { expect, test } from 'vitest';
import { registeredAsReady } from './readiness.ts';

const node = (ready: string) => ({ status: 200, body: JSON.stringify({ status: { conditions: [{ type: 'Ready', status: ready }] } }) });

test('takes a node for ready when it is registered and its kubelet reports Ready', async () => {
  const answers = [undefined, { status: 404, body: '{}' }, { status: 200, body: '{}' }, node('False'), node('True')];
  await registeredAsReady(async () => answers.shift(), 5_000);
  expect(answers).toEqual([]);
});

test('fails within its bound where the kubelet never registers the node', async () => {
  const failed = registeredAsReady(async () => ({ status: 404, body: '{}' }), 100);
  await expect(failed).rejects.toThrow('the kubelet has not registered the node as Ready: not within 0.1 s');
});
