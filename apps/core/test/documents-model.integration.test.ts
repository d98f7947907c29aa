import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DocumentsApi, documentsClient, startDocumentsApi } from './documents-api.js';
import { Model, met, stories } from './documents-model.js';

let api: DocumentsApi;

beforeAll(async () => {
  api = await startDocumentsApi();
}, 60_000);

afterAll(() => api?.[Symbol.asyncDispose]());

test('requests in any order get the answers of a simple model of the API', async () => {
  const real = documentsClient(api.url);
  const property = fc.asyncProperty(stories, async (commands) => {
    await api.pool.query('TRUNCATE documents, document_creations');
    await fc.asyncModelRun(() => ({ model: new Model(), real }), commands);
  });
  // A failure shows the shortest sequence that was found in time, and the seed and the paths that repeat it.
  await fc.assert(property, { numRuns: 25, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: false });
  // Without all of these outcomes the test would cover less than its name states.
  expect([...met].sort()).toEqual([
    'a page that another one follows',
    'changed',
    'changed nothing',
    'changed too late',
    'created',
    'created before',
    'deleted',
    'deleted nothing',
    'deleted too late',
    'key used with other content',
    'known',
    'read',
    'read nothing',
  ]);
}, 180_000);
