import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { gzipSync } from 'node:zlib';
import { PlatformError } from '@mesh-platform/kubernetes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Actions } from '../actions.ts';
import type { Snapshot } from '../snapshot.ts';
import { loadAssets } from './assets.ts';
import { type OpenedView, openView } from './view-server.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const actions = {
  planSplit: vi.fn(async () => ['VirtualService platform/preview: v1=80 v2=20 → v1=50 v2=50']),
  split: vi.fn(async () => ({ milliseconds: 41, proxies: 3 })),
  startRollout: vi.fn(async () => {}),
  abortRollout: vi.fn(async () => {}),
  request: vi.fn(async () => ({ status: 200, requestId: 'r', servedBy: 'preview/v1', milliseconds: 3 })),
  trace: vi.fn(async () => ({ hops: [], spans: [] })),
  verify: vi.fn(async () => {}),
} satisfies Actions;

let view: OpenedView;
let listeners = 0;
const open = async (readOnly = false): Promise<void> => {
  view = await openView({
    listen: (listener) => {
      listeners++;
      listener({ at: 'now' } as Snapshot);
      return () => listeners--;
    },
    actions,
    settings: { readOnly, suffix: ' --instance a' },
    port: 0,
  });
};
beforeEach(() => open());
afterEach(() => view.close());

const port = (): number => Number(new URL(view.url).port);

/** One request as a client writes it: any Host, any Origin. `host` is where it connects to. */
const ask = (path: string, headers: Readonly<Record<string, string>> = {}, body?: string, host = '127.0.0.1'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(
      { host, port: port(), path, method: body === undefined ? 'GET' : 'POST', headers, timeout: 2_000 },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          if (response.headers['content-type'] === 'text/event-stream' && text.includes('data:')) request.destroy();
        });
        const done = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        response.on('end', done).on('close', done);
      },
    );
    request.on('error', reject).on('timeout', () => request.destroy(new Error('no answer')));
    request.end(body);
  });

interface Entered {
  readonly cookie: string;
  readonly base: string;
}
const entered = new WeakMap<OpenedView, Promise<Entered>>();

/** Opens the view as the browser does, once: gives its cookie and the folder of its page. */
function enter(): Promise<Entered> {
  const known = entered.get(view) ?? firstEntered();
  entered.set(view, known);
  return known;
}

async function firstEntered(): Promise<Entered> {
  const { pathname, search } = new URL(view.url);
  const { headers } = await ask(pathname + search);
  const [cookie = ''] = headers['set-cookie'] ?? [];
  return { cookie: cookie.split(';')[0] ?? '', base: String(headers.location) };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const order = async (value: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
  const { cookie, base } = await enter();
  return ask(
    `${base}orders`,
    { cookie, origin: `http://127.0.0.1:${port()}`, ...JSON_TYPE, ...headers },
    typeof value === 'string' ? value : JSON.stringify(value),
  );
};

describe('who may read the view', () => {
  it('the address opens it once: the second time it is refused', async () => {
    const { pathname, search } = new URL(view.url);
    const first = await ask(pathname + search);
    expect(first.status).toBe(303);
    expect(first.headers['set-cookie']).toEqual([expect.stringMatching(/^view=\S{32}; Path=\/\S{32}; HttpOnly; SameSite=Strict$/)]);
    expect((await ask(pathname + search)).status).toBe(403);
  });

  it('without the cookie, with another one, or without the page’s path there is nothing', async () => {
    const { cookie, base } = await enter();
    expect((await ask(base, { cookie })).status).toBe(200);
    for (const headers of [{}, { cookie: 'view=other' }]) expect((await ask(`${base}events`, headers)).status).toBe(403);
    for (const path of ['/', '/events', '/orders', '/page.ts', `/../${base}`]) expect((await ask(path, { cookie })).status).toBe(403);
    expect((await ask('/open?token=guess')).status).toBe(403);
  });

  it('another name in Host is refused, as a page sends it whose name resolves to 127.0.0.1', async () => {
    const { cookie, base } = await enter();
    for (const host of ['evil.example', 'localhost', '127.0.0.1', `evil.example:${port()}`])
      expect((await ask(`${base}events`, { cookie, host })).status).toBe(403);
  });

  it('another origin is refused, also one on another port of this machine', async () => {
    const { cookie, base } = await enter();
    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null'])
      expect((await ask(`${base}events`, { cookie, origin })).status).toBe(403);
    for (const site of ['cross-site', 'same-site'])
      expect((await ask(`${base}events`, { cookie, 'sec-fetch-site': site })).status).toBe(403);
  });

  it('it listens only on loopback', async () => {
    const others = Object.values(networkInterfaces()).flatMap((all) => all ?? []).filter(({ internal, family }) => !internal && family === 'IPv4'); // biome-ignore format: one list
    expect(new URL(view.url).hostname).toBe('127.0.0.1');
    for (const { address } of others) await expect(ask('/', {}, undefined, address)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('gives each answer a policy that runs only its own scripts, also a refusal', async () => {
    const { cookie, base } = await enter();
    for (const answer of [await ask(base, { cookie }), await ask('/')]) {
      expect(answer.headers['content-security-policy']).toMatch(
        /default-src 'none'.*script-src 'self'.*require-trusted-types-for 'script'/,
      );
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
    }
  });
});

describe('events', () => {
  it('are snapshots, and end with the page', async () => {
    const { cookie, base } = await enter();
    const { text } = await ask(`${base}events`, { cookie });
    expect(text).toContain('data: {"at":"now"}\n\n');
    await expect.poll(() => listeners).toBe(0);
  });
});

describe('orders', () => {
  it('are carried out', async () => {
    const answer = await order({ action: 'split', service: 'preview', weights: { v1: 50, v2: 50 } });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { milliseconds: 41, proxies: 3 }]);
    expect(actions.split).toHaveBeenCalledWith('preview', { v1: 50, v2: 50 });
  });

  it('sends 20 requests', async () => {
    expect(JSON.parse((await order({ action: 'send', path: '/', fault: 'core=unavailable:0.3' })).text).replies).toHaveLength(20);
    expect(actions.request).toHaveBeenCalledTimes(20);
  });

  it.each([
    ['no JSON', '{', 'the order is no JSON'],
    ['another action', { action: 'delete everything' }, 'unknown action'],
    ['__proto__ as a version', '{"action":"split","service":"preview","weights":{"__proto__":100}}', 'invalid weights'],
    ['weights that add up to 90', { action: 'split', service: 'preview', weights: { v1: 90 } }, 'invalid weights'],
    ['half a percent', { action: 'split', service: 'preview', weights: { v1: 99.5, v2: 0.5 } }, 'invalid weights'],
    ['an address in place of a path', { action: 'send', path: 'http://evil.example/' }, 'invalid path'],
    ['a header in a fault', { action: 'send', path: '/', fault: 'a\r\nx: y' }, 'invalid fault'],
    ['an option as a service', { action: 'start rollout', service: '--on=context:prod', version: 'v2' }, 'invalid service'],
    ['an option as a version', { action: 'abort rollout', service: 'preview', version: '--json' }, 'invalid version'],
  ])('refuses %s', async (_what, value, error) => {
    const { status, text } = await order(value);
    expect([status, JSON.parse(text)]).toEqual([400, { error, hint: expect.any(String) }]);
    for (const action of Object.values(actions)) expect(action).not.toHaveBeenCalled();
  });

  it('must be JSON from the page itself: what a form of another page can send is refused', async () => {
    const valid = { action: 'verify' };
    expect((await order(valid, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await order(valid, { origin: 'https://evil.example' })).status).toBe(403);
    const { cookie, base } = await enter();
    expect((await ask(`${base}orders`, { cookie, ...JSON_TYPE }, JSON.stringify(valid))).status).toBe(403); // no Origin: no page
    expect(actions.verify).not.toHaveBeenCalled();
  });

  it('refuses an order that is too large', async () => {
    expect((await order(JSON.stringify({ action: 'send', path: `/${'a'.repeat(20_000)}` }))).status).toBe(413);
  });

  it('reports what failed, with what to do', async () => {
    actions.split.mockRejectedValueOnce(new PlatformError('a rollout of preview keeps its weights', 'abort it first'));
    const { status, text } = await order({ action: 'split', service: 'preview', weights: { v1: 100 } });
    expect([status, JSON.parse(text)]).toEqual([409, { error: 'a rollout of preview keeps its weights', hint: 'abort it first' }]);
  });

  it('of a read-only view change nothing', async () => {
    await view.close();
    await open(true);
    const changes = [
      { action: 'split', service: 'preview', weights: { v1: 100 } },
      { action: 'start rollout', service: 'preview', version: 'v2' },
      { action: 'abort rollout', service: 'preview', version: 'v2' },
      { action: 'send', path: '/' },
    ];
    const { cookie, base } = await enter();
    const post = (value: object) =>
      ask(`${base}orders`, { cookie, origin: `http://127.0.0.1:${port()}`, ...JSON_TYPE }, JSON.stringify(value));
    for (const change of changes) expect((await post(change)).status).toBe(403);
    for (const action of Object.values(actions)) expect(action).not.toHaveBeenCalled();
    expect((await post({ action: 'verify' })).status).toBe(200);
  });
});

describe('the page', () => {
  it('is under 100 KiB compressed, and its modules have no types left', async () => {
    const assets = [...(await loadAssets()).entries()];
    const bytes = assets.reduce((sum, [, { body }]) => sum + gzipSync(body).length, 0);
    expect(bytes).toBeLessThan(100 * 1024);
    for (const [, { type, body }] of assets)
      if (type.startsWith('text/javascript')) expect(body).not.toMatch(/^import type|\binterface \w+ \{/m);
  });

  it('loads every module that it imports, and names no other origin', async () => {
    const assets = await loadAssets();
    for (const [, { body }] of assets) {
      for (const [, name = ''] of body.matchAll(/from '\.\/([^']+)'/g)) expect(assets.has(name)).toBe(true);
      expect(body.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
    }
  });
});

it('a port that is taken is named, with what to do', async () => {
  const taken = openView({ listen: () => () => {}, actions, settings: { readOnly: true, suffix: '' }, port: port() });
  await expect(taken).rejects.toThrow(`port ${port()} of 127.0.0.1 cannot be used: EADDRINUSE`);
});
