import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

export interface HostileRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
}

/** Draws of fast-check in the words of a die: even, since its own preference for small numbers would make rare what must be frequent. */
export function randomOf(g: fc.GeneratorValue) {
  const below = (limit: number): number => g(evenlyBelow, limit);
  return {
    /** A whole number from 0 to `limit` - 1. */
    below,
    chance: (fraction: number): boolean => below(1000) < 1000 * fraction,
    pick: <T>(values: readonly T[]): T => values[below(values.length)] as T,
  };
}

const evenlyBelow = (limit: number) => fc.noBias(fc.nat({ max: limit - 1 }));

type Random = ReturnType<typeof randomOf>;

/** Ids, keys and cursors of earlier requests. */
export interface Knowledge {
  ids: readonly string[];
  keys: readonly string[];
  cursors: readonly string[];
}

const UNKNOWN_ID = '0198c5a0-0000-7000-8000-000000000000';
const TEXTS = [
  '',
  ' ',
  '\t\n',
  'plain',
  ' kept around ',
  'a\0b',
  '\ud800',
  'x\udfff',
  '😀'.repeat(200),
  '😀'.repeat(201),
  'x'.repeat(200),
  'x'.repeat(201),
  'e\u0301 \u00e9 \u202e\u200b\ufeff\uffff',
  '\r\n\u2028\u0085',
  '\\u0000 \\ud800',
  "'; DROP TABLE documents; --",
  '$1 %s {{7*7}} <script>',
  '../../etc/passwd',
  '__proto__',
];
const VALUES: unknown[] = [null, true, 0, -1, 1.5, 1e308, [], ['x'], {}, { toString: 'x' }, { length: 3 }, 'NaN'];
const TAGS = [
  '"1"',
  '"2"',
  '*',
  'W/"1"',
  '"0"',
  '"01"',
  '"-1"',
  '"2147483647"',
  '"2147483648"',
  '"9e9"',
  '""',
  '1',
  '"1',
  'null',
  '"1", "2"',
  ', ,',
  '"é"',
];
const LIMITS = [
  '1',
  '100',
  '0',
  '101',
  '-1',
  '1.0',
  '1e1',
  '0x10',
  '',
  'NaN',
  '%D9%A3',
  '99999999999999999999',
  '%31',
  '1&limit=2',
  'a%00',
];
const CONTENT_TYPES = [
  'application/json; charset=utf-8',
  'application/json;charset=utf-16',
  'APPLICATION/JSON',
  'application/jsonx',
  'application/problem+json',
  'text/plain',
  'text/html',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'json',
  '/',
  ';',
];

/** Draws the next request: mostly one that is nearly right, since what is plainly wrong gets no further than the door. */
export function hostileRequest(random: Random, known: Knowledge): HostileRequest {
  const kind = random.pick(['create', 'create', 'update', 'update', 'update', 'read', 'list', 'list', 'delete', 'stray'] as const);
  const request = DRAW[kind](random, known);
  if (random.chance(0.1)) Object.assign(request.headers, strangeHeader(random));
  return request;
}

const DRAW = {
  create: (random: Random, { keys }: Knowledge): HostileRequest => ({
    method: 'POST',
    path: '/documents',
    headers: { ...contentType(random), ...key(random, keys) },
    body: content(random),
  }),
  update: (random: Random, { ids }: Knowledge): HostileRequest => ({
    method: 'PUT',
    path: `/documents/${id(random, ids)}`,
    headers: { ...contentType(random), ...(random.chance(0.95) && { 'if-match': tag(random) }) },
    body: content(random),
  }),
  read: (random: Random, { ids }: Knowledge): HostileRequest => ({
    method: random.pick(['GET', 'GET', 'GET', 'HEAD']),
    path: `/documents/${id(random, ids)}`,
    headers: random.chance(0.5) ? { 'if-none-match': tag(random) } : {},
  }),
  delete: (random: Random, { ids }: Knowledge): HostileRequest => ({
    method: 'DELETE',
    path: `/documents/${id(random, ids)}`,
    headers: random.chance(0.8) ? { 'if-match': tag(random) } : {},
    ...(random.chance(0.1) && { body: content(random) }),
  }),
  list: (random: Random, { cursors }: Knowledge): HostileRequest => {
    const parts = [
      ...(random.chance(0.5) ? [`limit=${random.pick(LIMITS)}`] : []),
      ...(random.chance(0.7) ? [`cursor=${cursor(random, cursors)}`] : []),
      ...(random.chance(0.1)
        ? [random.pick(['page=1', '__proto__=1', 'constructor[prototype]=1', 'cursor', '=', '&&', '%ff=%ff', 'limit[]=1'])]
        : []),
    ];
    return { method: 'GET', path: `/documents?${parts.join('&')}`, headers: {} };
  },
  stray: (random: Random): HostileRequest => ({
    method: random.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LOCK']),
    path: random.pick([
      '/',
      '//',
      '/documents/',
      '//documents',
      '/documents//',
      '/Documents',
      '/documents/%ff',
      '/documents/%',
      '/documents/%00',
      '/documents/..%2f..%2fetc',
      '/documents/../path',
      `/documents/${'x'.repeat(500)}`,
      `/${'x/'.repeat(2000)}`,
      '/documents/constructor',
      '/__proto__',
      '/openapi.json/x',
      '/documents;x=1',
      '/documents%3flimit=1',
      `/documents/${UNKNOWN_ID}/x`,
      `/?${'a=1&'.repeat(2000)}`,
    ]),
    headers: {},
  }),
};

const contentType = (random: Random): Record<string, string> => {
  if (random.chance(0.03)) return {};
  return { 'content-type': random.chance(0.93) ? 'application/json' : random.pick(CONTENT_TYPES) };
};

function key(random: Random, keys: readonly string[]): Record<string, string> {
  if (random.chance(0.05)) return {};
  if (random.chance(0.1)) return { 'idempotency-key': random.pick(['', ' ', 'two words', 'é', 'x'.repeat(201), 'a\tb']) };
  return { 'idempotency-key': keys.length > 0 && random.chance(0.2) ? random.pick(keys) : `k-${random.below(1e9)}` };
}

const tag = (random: Random): string => (random.chance(0.5) ? random.pick(['"1"', '"2"', '*']) : random.pick(TAGS));

function id(random: Random, ids: readonly string[]): string {
  if (ids.length > 0 && random.chance(0.85)) {
    const one = random.pick(ids.slice(-20));
    return random.chance(0.05) ? one.toUpperCase() : one;
  }
  return random.pick([
    UNKNOWN_ID,
    '1',
    'null',
    '9b2f0a52-6d4b-4c41-9d5e-0f6a3f1f9f11',
    `${UNKNOWN_ID}%20`,
    `{${UNKNOWN_ID}}`,
    "'%20OR%201=1",
    '%F0%9F%98%80',
  ]);
}

function cursor(random: Random, cursors: readonly string[]): string {
  const given = cursors.length > 0 ? random.pick(cursors.slice(-20)) : 'AAAA';
  const at = random.below(given.length);
  return random.pick([
    given,
    given,
    given.slice(0, at) + random.pick(['A', 'b', '_', '-', '.']) + given.slice(at + 1),
    given.slice(0, at),
    `${given}A`,
    `${given}%3D`,
    Buffer.from(UNKNOWN_ID).toString('base64url'),
    Buffer.from(Array.from({ length: 32 }, () => random.below(256))).toString('base64url'),
    'x'.repeat(random.pick([1, 200, 201, 5000])),
    '%00',
    '',
  ]);
}

function strangeHeader(random: Random): Record<string, string> {
  return random.pick([
    { 'x-request-id': random.pick(['', 'two words', 'x'.repeat(200), 'r-1', '"\'<>']) },
    { traceparent: random.pick(['00-0', 'é', 'x'.repeat(2000)]) },
    { 'content-encoding': random.pick(['gzip', 'br', 'identity', 'x']) },
    { 'x-envoy-expected-rq-timeout-ms': random.pick(['-1', 'x', '1e99']) },
    { accept: random.pick(['image/png', '', '*']) },
    { 'x-http-method-override': 'DELETE' },
    { cookie: 'x'.repeat(4000) },
    { expect: 'nonsense' },
    { [`x-${'y'.repeat(random.below(500))}`]: 'z' },
  ]);
}

const text = (random: Random): string => (random.chance(0.6) ? `t ${random.below(1e6)}` : random.pick(TEXTS));

/** Content as bytes: valid, valid JSON of the wrong shape, or no JSON at all. */
function content(random: Random): Buffer {
  if (random.chance(0.55)) return Buffer.from(JSON.stringify({ title: text(random), body: text(random) }));
  if (random.chance(0.5)) return Buffer.from(JSON.stringify(wrongShape(random)));
  return brokenBytes(random, Buffer.from(JSON.stringify({ title: `t é😀 ${random.below(1e6)}`, body: text(random) })));
}

function wrongShape(random: Random): unknown {
  const right = { title: text(random), body: text(random) };
  return random.pick([
    () => ({ ...right, title: random.pick(VALUES) }),
    () => ({ ...right, body: random.pick(VALUES) }),
    () => ({ title: right.title }),
    () => ({ ...right, revision: 7 }),
    () => ({ ...right, id: UNKNOWN_ID }),
    () => Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`f${n}`, n])),
    () => [right],
    () => random.pick(VALUES),
    () => ({ ...right, body: 'x'.repeat(256 * 1024 + random.below(2)) }),
    () => ({ ...right, body: '"'.repeat(300_000) }),
  ])();
}

function brokenBytes(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length);
  const changed = Buffer.from(bytes);
  return random.pick([
    () => changed.fill(random.below(256), at, at + 1),
    () => changed.fill(0xff, at, at + 1),
    () => bytes.subarray(0, at),
    () =>
      Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(random.pick([[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0]])),
        bytes.subarray(at),
      ]),
    () => Buffer.concat([bytes, bytes]),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    () => Buffer.from(bytes.toString(), 'utf16le'),
    () => Buffer.from(bytes.toString(), 'latin1'),
    () => gzipSync(bytes),
    () => Buffer.alloc(0),
    () => Buffer.from(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
    () => Buffer.from(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
    () => Buffer.from('{"__proto__":{"title":"x"},"title":"t","body":""}'),
    () => Buffer.from('{"constructor":{"prototype":{}},"title":"t","body":""}'),
    () => Buffer.from('{"title":"t","body":1e99999}'),
    () => Buffer.from('{"title":"\\ud83d","body":"\\ude00"}'),
    () => Buffer.from("{title:'t',body:''}"),
    () => Buffer.alloc(600_000, 'x'),
  ])();
}
