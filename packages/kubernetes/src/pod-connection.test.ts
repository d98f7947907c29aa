import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { KubeConfig, PortForward } from '@kubernetes/client-node';
import { expect, it, vi } from 'vitest';
import { openPodStream, PodConnection } from './pod-connection.ts';

it('a refusal of the kubelet that comes while the connection is opened is its failure, and ends no process', async () => {
  const close = vi.fn();
  vi.spyOn(PortForward.prototype, 'portForward').mockImplementation(async (...[, , , , errors]) => {
    (errors as Writable).write('connection refused');
    await pause(20); // the web socket is open only now
    return { close, onclose: null } as never;
  });
  await expect(openPodStream(new KubeConfig(), 'platform', 'web', 15_000)).rejects.toThrow('connection refused');
  expect(close).toHaveBeenCalledOnce();
});

it('a refusal that comes later fails the request', async () => {
  vi.spyOn(PortForward.prototype, 'portForward').mockImplementation(async (...[, , , , errors]) => {
    setTimeout(() => (errors as Writable).write('connection refused'), 20);
    return { close: () => {}, onclose: null } as never;
  });
  const connection = new PodConnection(await openPodStream(new KubeConfig(), 'platform', 'web', 15_000));
  await expect(connection.get('/', AbortSignal.timeout(5_000))).rejects.toThrow('connection refused');
});
