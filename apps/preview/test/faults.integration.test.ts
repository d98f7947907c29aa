import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPreview } from './preview-app.js';
import { startScriptedWeb } from './scripted-web.js';

let web: Awaited<ReturnType<typeof startScriptedWeb>>;
let preview: Awaited<ReturnType<typeof startPreview>>;
let url: string;

beforeAll(async () => {
  web = await startScriptedWeb();
  web.script.answers = { 'GET /documents': { json: { items: [], next: null } } };
  preview = await startPreview('v1', { WEB_URL: web.url, FAULTS: 'on' });
  url = preview.url;
});

afterAll(async () => {
  await preview?.close();
  web?.stop();
});

test.each([
  ['/', 'text/html; charset=utf-8'],
  ['/api/documents', 'application/problem+json'],
])('preview=unavailable answers %s with a 503 and never asks web', async (path, type) => {
  web.script.requests = [];
  const answer = await fetch(`${url}${path}`, { headers: { 'x-fault': 'preview=unavailable' } });
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('content-type')]).toEqual([503, '1', type]);
  expect(web.script.requests).toEqual([]);
});

test('preview=unavailable-after-commit loses an answer that the handler itself has sent, and keeps the security headers', async () => {
  web.script.requests = [];
  const answer = await fetch(`${url}/api/documents`, { headers: { 'x-fault': 'preview=unavailable-after-commit' } });
  expect([answer.status, answer.headers.get('x-served-by')]).toEqual([503, 'preview/v1']);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await answer.json()).toMatchObject({ status: 503 });
  expect(web.script.requests).toHaveLength(1);
});

test('health is never affected', async () => {
  expect((await fetch(`${url}/readyz`, { headers: { 'x-fault': 'preview=unavailable' } })).status).toBe(200);
});
