/** A method of core, as its path has it. */
export type CoreMethod = 'Documents/Create' | 'Documents/Get' | 'Documents/List' | 'Documents/Update' | 'Documents/Delete' | 'Path/Get';

/** The precondition of a call to core. */
export type Given =
  | 'no document'
  | 'a document'
  | 'two documents'
  | 'a deleted document'
  | 'no database'
  | 'a locked table'
  | 'a broken table';

/** A document as the wire has it. */
export interface WireDocument {
  id: string;
  title: string;
  body: string;
  revision: number;
  createdAt: { seconds: string; nanos: number };
  updatedAt: { seconds: string; nanos: number };
}

/** The shared state of both sides while an interaction runs. */
export interface State {
  /** The idempotency key that creates the document, or that created it. */
  key: string;
  document: WireDocument;
  /** The first of two documents; the other one is `document`. */
  older: WireDocument;
  /** The cursor after the newest of two documents. */
  cursor: string;
}

/** A reply, or a gRPC status by its name and the message that comes with it. */
export type CoreAnswer = { reply: object } | { status: string; details: string };

/** One thing that web wants of core: who asks web for `http` makes it send `request`, core gives `answer`, and web makes `status` of it. */
export interface Interaction {
  name: string;
  given: Given;
  http: (state: State) => { method: string; path: string; headers?: Record<string, string>; body?: object };
  method: CoreMethod;
  request: (state: State) => object;
  /** The metadata of the request's headers, in addition to that of every call. */
  metadata?: Readonly<Record<string, string>>;
  answer: (state: State) => CoreAnswer;
  /** The status of web's own answer. */
  status: number;
}

const UNKNOWN_ID = '0198c5a0-0000-7000-8000-000000000000';
const SOME_ID = '0198c5a0-0000-7000-8000-000000000001';
const EDITED = { title: 'edited', body: '*edited*' };

const contentOf = ({ document: { title, body } }: State) => ({ title, body });
const summaryOf = ({ body, ...summary }: WireDocument) => summary;
const one = (id: string) => `/documents/${id}`;

const create = {
  http: (state: State) => ({ method: 'POST', path: '/documents', headers: { 'idempotency-key': state.key }, body: contentOf(state) }),
  method: 'Documents/Create',
  request: (state: State) => ({ idempotencyKey: state.key, ...contentOf(state) }),
} as const;

const get = {
  http: ({ document: { id } }: State) => ({ method: 'GET', path: one(id) }),
  method: 'Documents/Get',
  request: ({ document: { id } }: State) => ({ id }),
} as const;

const list = (query: string, request: { limit: number }) =>
  ({
    http: () => ({ method: 'GET', path: `/documents${query}` }),
    method: 'Documents/List',
    request: () => ({ cursor: '', ...request }),
  }) as const;

const update = (ifMatch: string, revisions: readonly number[]) =>
  ({
    http: ({ document: { id } }: State) => ({ method: 'PUT', path: one(id), headers: { 'if-match': ifMatch }, body: EDITED }),
    method: 'Documents/Update',
    request: ({ document: { id } }: State) => ({ id, revisions, ...EDITED }),
  }) as const;

const remove = (ifMatch: string | undefined, revisions: readonly number[]) =>
  ({
    http: ({ document: { id } }: State) => ({ method: 'DELETE', path: one(id), ...(ifMatch && { headers: { 'if-match': ifMatch } }) }),
    method: 'Documents/Delete',
    request: ({ document: { id } }: State) => ({ id, revisions }),
  }) as const;

const path = { http: () => ({ method: 'GET', path: '/path' }), method: 'Path/Get', request: () => ({}) } as const;

const document = (state: State): CoreAnswer => ({ reply: state.document });
const edited = ({ document: { revision, ...rest } }: State): CoreAnswer => ({ reply: { ...rest, ...EDITED, revision: revision + 1 } });
const refusal = (status: string, details: string) => (): CoreAnswer => ({ status, details });
const absent = refusal('NOT_FOUND', 'no document has this id');
const stale = refusal('ABORTED', 'the document is at another revision');
const unreachable = refusal('UNAVAILABLE', 'the database cannot be reached');
const tooLong = refusal('DEADLINE_EXCEEDED', 'the database took too long');
const broken = refusal('INTERNAL', 'internal error');

const ofOutages: Interaction[] = [
  { name: 'a create', ...create },
  { name: 'a read', ...get },
  { name: 'a list', ...list('', { limit: 20 }) },
  { name: 'a change', ...update('"1"', [1]) },
  { name: 'a deletion', ...remove('"1"', [1]) },
].flatMap((interaction) => [
  { ...interaction, name: `${interaction.name} without a database`, given: 'no database', answer: unreachable, status: 503 },
  { ...interaction, name: `${interaction.name} that waits too long`, given: 'a locked table', answer: tooLong, status: 504 },
  { ...interaction, name: `${interaction.name} that meets a mistake of ours`, given: 'a broken table', answer: broken, status: 502 },
]);

const injected = (name: string, fault: string, answer: Interaction['answer'], status: number): Interaction => ({
  name,
  given: 'a document',
  ...get,
  http: (state) => ({ ...get.http(state), headers: { 'x-fault': fault } }),
  metadata: { 'x-fault': fault },
  answer,
  status,
});

const ofFaults = [
  injected('a fault that the request injects', 'core=unavailable', refusal('UNAVAILABLE', 'this failure was injected by x-fault'), 503),
  injected('a fault for another service', 'other=unavailable', document, 200),
];

/** Every interaction of web with core. Web's tests check web against them, core's tests core, so that web's scripts match core's behaviour. */
export const interactions: readonly Interaction[] = [
  { name: 'a create', given: 'no document', ...create, answer: document, status: 201 },
  { name: 'a create that is repeated', given: 'a document', ...create, answer: document, status: 201 },
  { name: 'a create that is repeated after the deletion', given: 'a deleted document', ...create, answer: document, status: 201 },
  {
    name: 'a create whose key wrote other content',
    given: 'a document',
    ...create,
    http: (state) => ({ ...create.http(state), body: EDITED }),
    request: ({ key }) => ({ idempotencyKey: key, ...EDITED }),
    answer: refusal('ALREADY_EXISTS', 'the idempotency key was used with other content'),
    status: 409,
  },
  { name: 'a read', given: 'a document', ...get, answer: document, status: 200 },
  {
    name: 'a read of a document that never was',
    given: 'a document',
    method: 'Documents/Get',
    http: () => ({ method: 'GET', path: one(UNKNOWN_ID) }),
    request: () => ({ id: UNKNOWN_ID }),
    answer: absent,
    status: 404,
  },
  {
    name: 'a list of nothing',
    given: 'no document',
    ...list('', { limit: 20 }),
    answer: () => ({ reply: { items: [], next: '' } }),
    status: 200,
  },
  {
    name: 'the last page',
    given: 'a document',
    ...list('?limit=1', { limit: 1 }),
    answer: (state) => ({ reply: { items: [summaryOf(state.document)], next: '' } }),
    status: 200,
  },
  {
    name: 'a page that another one follows',
    given: 'two documents',
    ...list('?limit=1', { limit: 1 }),
    answer: (state) => ({ reply: { items: [summaryOf(state.document)], next: state.cursor } }),
    status: 200,
  },
  {
    name: 'a page after a cursor',
    given: 'two documents',
    method: 'Documents/List',
    http: ({ cursor }) => ({ method: 'GET', path: `/documents?limit=1&cursor=${cursor}` }),
    request: ({ cursor }) => ({ limit: 1, cursor }),
    answer: (state) => ({ reply: { items: [summaryOf(state.older)], next: '' } }),
    status: 200,
  },
  {
    name: 'a page after a cursor that no page gave out',
    given: 'no document',
    method: 'Documents/List',
    http: () => ({ method: 'GET', path: '/documents?cursor=forged' }),
    request: () => ({ limit: 20, cursor: 'forged' }),
    answer: refusal('INVALID_ARGUMENT', 'cursor: must be one that a page gave out'),
    status: 400,
  },
  { name: 'a change of the revision that was read', given: 'a document', ...update('"1"', [1]), answer: edited, status: 200 },
  { name: 'a change of one of several revisions', given: 'a document', ...update('"7", "1"', [7, 1]), answer: edited, status: 200 },
  { name: 'a change of any revision', given: 'a document', ...update('*', []), answer: edited, status: 200 },
  { name: 'a change of another revision', given: 'a document', ...update('"2"', [2]), answer: stale, status: 412 },
  { name: 'a change with a tag that is no document’s', given: 'a document', ...update('W/"1"', [0]), answer: stale, status: 412 },
  { name: 'a change of a deleted document', given: 'a deleted document', ...update('"1"', [1]), answer: absent, status: 404 },
  { name: 'a deletion', given: 'a document', ...remove(undefined, []), answer: () => ({ reply: {} }), status: 204 },
  {
    name: 'a deletion of the revision that was read',
    given: 'a document',
    ...remove('"1"', [1]),
    answer: () => ({ reply: {} }),
    status: 204,
  },
  { name: 'a deletion of another revision', given: 'a document', ...remove('"2"', [2]), answer: stale, status: 412 },
  { name: 'a deletion of a deleted document', given: 'a deleted document', ...remove(undefined, []), answer: absent, status: 404 },
  {
    name: 'the path',
    given: 'no document',
    ...path,
    answer: () => ({ reply: { hops: [{ service: 'core', version: 'v1', pod: 'core-pod', attempts: 1, ms: 0 }] } }),
    status: 200,
  },
  ...ofOutages,
  ...ofFaults,
];

const time = { seconds: '1763806830', nanos: 123_000_000 };
const some = { id: SOME_ID, title: 'some', body: 'thing', revision: 1, createdAt: time, updatedAt: time };

/** A state that no database is in. */
export const SOME_STATE: State = { key: 'key', document: some, older: { ...some, title: 'older' }, cursor: 'cursor' };

/** The names of the statuses other than OK that core returns for a method. */
export function statusesOf(method: CoreMethod): ReadonlySet<string> {
  const answers = interactions.filter((interaction) => interaction.method === method).map(({ answer }) => answer(SOME_STATE));
  return new Set(answers.flatMap((answer) => ('status' in answer ? [answer.status] : [])));
}
