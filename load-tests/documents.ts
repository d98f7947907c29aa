import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';

const failed = new Counter('failed');
const reads = new Counter('reads');
const writes = new Counter('writes');
const readMs = new Trend('read_ms');
const writeMs = new Trend('write_ms');

/** One page of the list. */
export function readDocuments(baseUrl: string): void {
  const { status, timings } = http.get(`${baseUrl}/api/documents?limit=5`);
  failed.add(status === 200 ? 0 : 1);
  reads.add(status === 200 ? 1 : 0);
  readMs.add(timings.duration);
}

/** A document is created and deleted: the stored data does not grow. */
export function writeDocument(baseUrl: string): void {
  const key = `load-${Date.now()}-${__VU}-${__ITER}-${Math.random()}`;
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const created = http.post(`${baseUrl}/api/documents`, JSON.stringify({ title: key, body: '# of a load test' }), { headers });
  writeMs.add(created.timings.duration);
  if (created.status !== 201) {
    failed.add(1);
    return;
  }
  const { id, revision } = created.json() as { id: string; revision: number };
  const deleted = http.del(`${baseUrl}/api/documents/${id}`, null, { headers: { 'if-match': `"${revision}"` } });
  failed.add(deleted.status === 204 ? 0 : 1);
  writes.add(deleted.status === 204 ? 1 : 0);
}
