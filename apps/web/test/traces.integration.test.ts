import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { freePort, startService, startTraceCollector, until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startScriptedCore } from './scripted-core.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

// Prints on standard error which of OpenTelemetry's modules are loaded, without its API, which prom-client loads in any case.
const WATCH_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => {
    if (/@opentelemetry\\/(?!api\\/)/.test(url)) process.stderr.write('loads ' + url + '\\n');
    return next(url, context);
  } });
`)}`;

let core: Awaited<ReturnType<typeof startScriptedCore>>;
beforeAll(async () => {
  core = await startScriptedCore();
  core.script.answer = () => ({ items: [], next: '' });
});
afterAll(() => core?.stop());

async function startWeb(env: Readonly<Record<string, string>>) {
  const PORT = String(await freePort());
  const service = startService(main, { PORT, CORE_ADDRESS: core.address, SERVICE_VERSION: 'v1', DRAIN_MS: '0', ...env });
  const url = `http://127.0.0.1:${PORT}`;
  await until('web to be ready', async () => (await fetch(`${url}/readyz`)).ok);
  const list = async () => (await fetch(`${url}/documents`)).status;
  return { ...service, url, list };
}

const heard = ({ logs }: { logs(): Record<string, unknown>[] }) =>
  logs().flatMap(({ msg, level }) => (String(msg).startsWith('traces') ? [`${level}: ${msg}`] : []));

test.each([{}, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }])(
  'without a collector (%j) none of OpenTelemetry is loaded, and a trace travels on as it came',
  async (env) => {
    await using web = await startWeb({ ...env, NODE_OPTIONS: `--import=${WATCH_MODULES}` });
    core.script.calls = [];
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await fetch(`${web.url}/documents`, { headers: { traceparent, tracestate: 'vendor=opaque' } });
    expect(core.script.calls[0]?.metadata.getMap()).toMatchObject({ traceparent, tracestate: 'vendor=opaque' });
    expect(web.output()).not.toContain('loads ');
  },
);

test('with a collector it is loaded', async () => {
  await using collector = await startTraceCollector();
  await using web = await startWeb({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, NODE_OPTIONS: `--import=${WATCH_MODULES}` });
  expect(web.output()).toContain('loads ');
});

test.each(['collector:4318', 'ftp://collector', 'not a secret url'])('the address "%s" stops the start', async (endpoint) => {
  await using web = startService(main, { SERVICE_VERSION: 'v1', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  expect(await web.exited).toBe(1);
  expect(web.output()).toBe('web did not start: OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL\n');
});

test('the spans of the last requests are sent before web ends', async () => {
  await using collector = await startTraceCollector();
  await using web = await startWeb({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
  expect(await Promise.all([web.list(), web.list(), web.list()])).toEqual([200, 200, 200]);
  web.signal('SIGTERM');
  expect(await web.exited).toBe(0);
  expect(collector.spans.map(({ name }) => name).sort()).toEqual([
    ...Array(3).fill('GET /documents'),
    ...Array(3).fill('documents.v1.Documents/List'),
  ]);
});

test('a collector that fails is heard of once, and again when it works; no request notices', async () => {
  await using collector = await startTraceCollector();
  collector.status = 400;
  await using web = await startWeb({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
  for (const batch of [1, 2, 3]) {
    expect(await web.list()).toBe(200);
    await until('the batch to be refused', () => collector.requests >= batch);
  }
  collector.status = 200;
  await until('a batch to arrive', async () => (await web.list()) === 200 && collector.spans.length > 0);
  await until('both lines of the log', () => heard(web).length === 2);
  expect(heard(web)).toEqual(['warn: traces cannot be exported and are lost', 'info: traces are exported again']);
});

test.each(['is not there', 'never answers'])('a collector that %s fails no request and delays no stop', async (kind) => {
  const port = await freePort();
  const silent = createServer(() => {});
  if (kind === 'never answers') silent.listen(port, '127.0.0.1');
  try {
    await using web = await startWeb({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    for (let batch = 0; batch < 20; batch++) {
      expect(new Set(await Promise.all(Array.from({ length: 25 }, web.list)))).toEqual(new Set([200]));
    }
    const stoppedAt = performance.now();
    web.signal('SIGTERM');
    expect(await web.exited).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(8000); // the bound is 2 s
  } finally {
    silent.close();
  }
});

describe('traces that are read in the pod', () => {
  interface Line {
    resourceSpans: { scopeSpans: { spans: { name: string; attributes: { key: string; value: { stringValue?: string } }[] }[] }[] }[];
  }

  /** Reads spans until it is disposed of. */
  async function reader(port: number) {
    const left = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/v1/traces`, { signal: left.signal });
    const spans: Line['resourceSpans'][number]['scopeSpans'][number]['spans'] = [];
    let text = '';
    const read = async (): Promise<void> => {
      for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (text + chunk).split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) spans.push(...(JSON.parse(line) as Line).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      }
    };
    read().catch(() => {});
    return { spans, [Symbol.dispose]: () => left.abort() };
  } // biome-ignore format: one list

  test('cost nothing without a reader: with one, its spans name the request', async () => {
    const TRACE_PORT = await freePort();
    await using web = await startWeb({ TRACE_PORT: String(TRACE_PORT), NODE_OPTIONS: `--import=${WATCH_MODULES}` });
    await web.list();
    expect(web.output()).not.toContain('loads ');
    using first = await reader(TRACE_PORT);
    await fetch(`${web.url}/documents`, { headers: { 'x-request-id': 'read-1' } });
    await until('both spans', () => first.spans.length === 2);
    const server = first.spans.find(({ name }) => name === 'GET /documents');
    expect(server?.attributes).toContainEqual({ key: 'request.id', value: { stringValue: 'read-1' } });
    core.script.calls = [];
    first[Symbol.dispose]();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await until('the reader to be gone', async () => {
      await fetch(`${web.url}/documents`, { headers: { traceparent } });
      return core.script.calls.at(-1)?.metadata.getMap().traceparent === traceparent;
    });
  });

  test('are those of two requests a second, and of each whose caller had it sampled', async () => {
    const TRACE_PORT = await freePort();
    await using web = await startWeb({ TRACE_PORT: String(TRACE_PORT) });
    using all = await reader(TRACE_PORT);
    core.script.calls = [];
    const startedAt = performance.now();
    for (let batch = 0; batch < 10; batch++) await Promise.all(Array.from({ length: 20 }, web.list));
    const sampled = Array.from({ length: 20 }, (_, index) => `00-${String(index + 1).padStart(32, '0')}-b7ad6b7169203331-01`);
    await Promise.all(sampled.map((traceparent) => fetch(`${web.url}/documents`, { headers: { traceparent, 'x-request-id': `s${traceparent}` } })));
    const seconds = Math.ceil((performance.now() - startedAt) / 1000) + 1;
    const ofSampled = () => all.spans.filter(({ attributes }) => attributes.some(({ value }) => value.stringValue?.startsWith('s00-')));
    await until('the sampled ones', () => ofSampled().length === 20);
    const begun = all.spans.filter(({ name }) => name === 'GET /documents').length - 20;
    expect(begun).toBeGreaterThan(0);
    expect(begun).toBeLessThanOrEqual(2 * seconds);
    const sent = core.script.calls.map(({ metadata }) => String(metadata.getMap().traceparent));
    expect(sent).toHaveLength(220);
    expect(sent.filter((traceparent) => traceparent.endsWith('-01'))).toHaveLength(20 + begun);
    // No callee begins a trace of its part of the others, and each has an id of its own in the logs.
    const others = sent.filter((traceparent) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/.test(traceparent));
    expect(new Set(others).size).toBe(200 - begun);
    const traceparent = `00-${'7'.repeat(32)}-b7ad6b7169203331-00`;
    await fetch(`${web.url}/documents`, { headers: { traceparent } });
    expect(core.script.calls.at(-1)?.metadata.getMap().traceparent).toBe(traceparent); // not sampled by its caller
  }); // biome-ignore format: long calls

  test('are not listened for elsewhere, and a port that is taken costs only them', async () => {
    const TRACE_PORT = String(await freePort());
    await using first = await startWeb({ TRACE_PORT });
    await using second = await startWeb({ TRACE_PORT });
    expect(await second.list()).toBe(200);
    expect(heard(second)).toEqual(['warn: traces cannot be read']);
    expect(heard(first)).toEqual([]);
    const others = Object.values(networkInterfaces()).flatMap((all) => all ?? []).filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) await expect(fetch(`http://${address}:${TRACE_PORT}/v1/traces`)).rejects.toThrow();
    for (const path of ['/', '/v1/traces/../..', '/metrics']) expect((await fetch(`http://127.0.0.1:${TRACE_PORT}${path}`)).status).toBe(404);
  }); // biome-ignore format: one list
});
