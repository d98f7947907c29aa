import { status } from '@grpc/grpc-js';
import { until } from '@mesh-platform/service-kit/testing';
import { expect, test } from 'vitest';
import { startCore } from './core-app.js';
import { coreClient } from './core-client.js';
import { preparePostgres } from './postgres.js';

test('core starts before its database, becomes ready when it arrives, and follows it from then on', async () => {
  await using postgres = await preparePostgres();
  const core = await startCore(postgres);
  const client = coreClient(core.env.GRPC_PORT);
  try {
    expect((await fetch(`${core.url}/healthz`)).status).toBe(200);
    const readiness = await fetch(`${core.url}/readyz`);
    expect([readiness.status, await readiness.json()]).toEqual([503, { ready: false, checks: { database: 'failed', draining: 'ok' } }]);
    await expect(client.list({})).rejects.toMatchObject({ code: status.UNAVAILABLE });

    await postgres.start();
    await until('core to be ready', core.ready);
    const written = await client.create({ idempotencyKey: 'k', title: 'kept', body: '' });

    await postgres.stop();
    await until('core to be unready', async () => !(await core.ready()));
    expect((await fetch(`${core.url}/healthz`)).status).toBe(200);
    await expect(client.get(written.id)).rejects.toMatchObject({ code: status.UNAVAILABLE });

    await postgres.start();
    await until('core to be ready again', core.ready);
    expect(await client.get(written.id)).toEqual(written);
  } finally {
    client.close();
    await core.app.close();
  }
}, 60_000);
