import { status } from '@grpc/grpc-js';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startScriptedCore } from './scripted-core.js';
import { createWebApp, type WebApp } from './web-app.js';

type JsonSchema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;
interface Referable {
  $ref?: string;
}
interface Response extends Referable {
  headers?: Record<string, Referable & { required?: boolean; schema?: JsonSchema }>;
  content?: Record<string, { schema: JsonSchema & Referable }>;
}
interface Operation {
  operationId: string;
  summary: string;
  parameters?: (Referable & { name?: string; in?: string })[];
  requestBody?: { content: Record<string, { schema: Referable }> };
  responses: Record<string, Response>;
}
type PathItem = Partial<Record<'get' | 'put' | 'post' | 'delete', Operation>> & { parameters?: Operation['parameters'] };
interface Description {
  openapi: string;
  info: { version: string };
  paths: Record<string, PathItem>;
}

const id = '0198c5a0-0000-7000-8000-000000000000';
const at = { seconds: '1763806830', nanos: 0 };
const summary = { id, title: 'T', revision: 2, createdAt: at, updatedAt: at };
const stored = { ...summary, body: 'B' };
const METHODS = ['get', 'put', 'post', 'delete'] as const;

let core: Awaited<ReturnType<typeof startScriptedCore>>;
let web: WebApp;
let url: string;
let description: Description;
const routes = new Set<string>();

beforeAll(async () => {
  core = await startScriptedCore();
  web = await createWebApp(core.address);
  const fastify = web.app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRoute', ({ method, url: path }: RouteOptions) => {
    for (const one of [method].flat()) routes.add(`${one} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
  await web.listen();
  url = web.url;
  description = (await (await fetch(`${url}/openapi.json`)).json()) as Description;
});

afterAll(async () => {
  await web?.app.close();
  core?.stop();
});

const operations = () =>
  Object.entries(description.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ name: `${method.toUpperCase()} ${path}`, path, operation, shared: item.parameters ?? [] }] : [];
    }),
  );

const resolved = <T extends Referable>(value: T): T => {
  if (!value.$ref) return value;
  const found = value.$ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], description);
  if (found === undefined) throw new Error(`${value.$ref} leads nowhere`);
  return found as T;
};

test('it is OpenAPI 3.1 of the running version', () => {
  expect(description).toMatchObject({ openapi: '3.1.1', info: { version: 'v1' } });
});

test('every route of the app is in it, and every operation of it is a route', () => {
  // Fastify answers HEAD wherever it answers GET.
  const own = [...routes].filter((route) => !route.startsWith('HEAD '));
  expect(own.length).toBeGreaterThanOrEqual(8);
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(own.sort());
});

test('every reference in it leads somewhere, and nothing of its components is unused', () => {
  const text = JSON.stringify(description);
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, $ref]) => $ref ?? ''));
  for (const $ref of references) expect(resolved({ $ref })).toBeTypeOf('object');
  const { components } = description as unknown as { components: Record<string, object> };
  const all = Object.entries(components).flatMap(([kind, named]) => Object.keys(named).map((name) => `#/components/${kind}/${name}`));
  expect([...references].sort()).toEqual(all.sort());
});

test('every operation has a name of its own and the parameters that its path names', () => {
  const names = operations().map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { path, operation, shared } of operations()) {
    const declared = [...shared, ...(operation.parameters ?? [])].map(resolved).filter((one) => one.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
});

const json = { 'content-type': 'application/json' };
const content = JSON.stringify({ title: 'T', body: 'B' });
const keyed = { ...json, 'idempotency-key': 'k' };
const matching = { ...json, 'if-match': '"1"' };
const one = `/documents/${id}`;
const tooLong = `/documents/${'x'.repeat(200)}`;

test.each<[string, string, RequestInit, number, number?]>([
  ['POST /documents', '/documents', { method: 'POST', headers: keyed, body: content }, 201],
  ['POST /documents', '/documents', { method: 'POST', headers: keyed, body: '{' }, 400],
  ['POST /documents', '/documents', { method: 'POST', headers: json, body: content }, 428],
  ['POST /documents', '/documents', { method: 'POST', headers: keyed, body: 'x'.repeat(600_000) }, 413],
  ['POST /documents', '/documents', { method: 'POST', headers: { 'idempotency-key': 'k' }, body: content }, 415],
  ['POST /documents', '/documents', { method: 'POST', headers: keyed, body: content }, 409, status.ALREADY_EXISTS],
  ['GET /documents', '/documents?limit=1', {}, 200],
  ['GET /documents', '/documents?limit=0', {}, 400],
  ['GET /documents', '/documents', {}, 503, status.UNAVAILABLE],
  ['GET /documents/{id}', one, {}, 200],
  ['GET /documents/{id}', one, { headers: { 'if-none-match': '"2"' } }, 304],
  ['GET /documents/{id}', '/documents/1', {}, 400],
  ['GET /documents/{id}', tooLong, {}, 414],
  ['GET /documents/{id}', one, {}, 404, status.NOT_FOUND],
  ['GET /documents/{id}', one, {}, 502, status.INTERNAL],
  ['GET /documents/{id}', one, {}, 504, status.DEADLINE_EXCEEDED],
  ['PUT /documents/{id}', one, { method: 'PUT', headers: matching, body: content }, 200],
  ['PUT /documents/{id}', one, { method: 'PUT', headers: json, body: content }, 428],
  ['PUT /documents/{id}', one, { method: 'PUT', headers: matching, body: '{}' }, 400],
  ['PUT /documents/{id}', one, { method: 'PUT', headers: matching, body: 'x'.repeat(600_000) }, 413],
  ['PUT /documents/{id}', one, { method: 'PUT', headers: { 'if-match': '"1"' }, body: content }, 415],
  ['PUT /documents/{id}', one, { method: 'PUT', headers: matching, body: content }, 412, status.ABORTED],
  ['DELETE /documents/{id}', one, { method: 'DELETE' }, 204],
  ['DELETE /documents/{id}', one, { method: 'DELETE' }, 404, status.NOT_FOUND],
  ['DELETE /documents/{id}', one, { method: 'DELETE', headers: { 'if-match': '"1"' } }, 412, status.ABORTED],
  ['GET /path', '/path', {}, 200],
  ['GET /healthz', '/healthz', {}, 200],
  ['GET /readyz', '/readyz', {}, 200],
  ['GET /openapi.json', '/openapi.json', {}, 200],
])('%s of %s, %j, answers %i as documented', async (name, path, init, expected, code) => {
  core.script.answer = ({ method }) => {
    if (code !== undefined) throw { code, details: 'details of core' };
    if (method === 'Documents/List') return { items: [summary], next: 'c' };
    if (method === 'Path/Get') return { hops: [{ service: 'core', version: 'v1', pod: 'p', attempts: 1, ms: 1 }] };
    return method === 'Documents/Delete' ? {} : stored;
  };
  const answer = await fetch(`${url}${path}`, init);
  expect(answer.status).toBe(expected);
  const operation = operations().find((candidate) => candidate.name === name)?.operation;
  const documented = operation?.responses[expected];
  if (!documented) throw new Error(`the description of ${name} is missing the status ${expected}`);
  const { headers = {}, content: kinds } = resolved(documented);
  for (const [header, declared] of Object.entries(headers)) {
    const { required, schema = {} } = resolved(declared);
    const value = answer.headers.get(header);
    expect(value !== null || !required, header).toBe(true);
    const typed = schema.type === 'integer' ? Number(value) : value;
    expect(z.fromJSONSchema(schema).safeParse(typed), header).toMatchObject({ success: true });
  }
  const text = await answer.text();
  if (!kinds) return expect(text).toBe('');
  const [kind, { schema }] = Object.entries(kinds)[0] ?? ['', { schema: {} }];
  expect(answer.headers.get('content-type')?.split(';')[0]).toBe(kind);
  expect(z.fromJSONSchema(resolved(schema)).safeParse(JSON.parse(text))).toMatchObject({ success: true });
});
