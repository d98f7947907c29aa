import { type ListedDocument, stateOf, titleOf, type WriteChecker } from './write-checker.ts';

/** The outcome of a request; status 0 without an answer. */
export interface Answer {
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The `performance.now()` of its begin. */
  readonly startedAt: number;
}

interface Known extends ListedDocument {
  readonly key: string;
  readonly edit: number;
}

const ANSWER_MS = 10_000;

export const isAcknowledged = ({ status }: Pick<Answer, 'status'>): boolean => status >= 200 && status < 300;

/**
 * Requests as well-behaved clients make them: every second one a write. A create that got no acknowledgement is retried with its
 * key; a document is used by one request at a time, and no more once it is not known what became of it.
 */
export class DocumentTraffic {
  readonly #free: Known[] = [];
  readonly #unacknowledged: string[] = [];
  readonly #gatewayUrl: string;
  readonly #checker: WriteChecker;
  /** With which the keys of all documents of this traffic begin. */
  readonly #run = crypto.randomUUID();
  #created = 0;

  readonly #headers: Readonly<Record<string, string>>;

  /** Each request carries `headers`, such as the faults that it injects. */
  constructor(gatewayUrl: string, checker: WriteChecker, headers: Readonly<Record<string, string>> = {}) {
    this.#gatewayUrl = gatewayUrl;
    this.#checker = checker;
    this.#headers = headers;
  }

  /** Makes one request and notes what it was answered. */
  request(index: number): Promise<Answer> {
    const turn = index % 8;
    const document = turn === 1 || turn === 5 ? undefined : this.#free.shift();
    if (turn % 2 === 0) return document ? this.read(document) : this.send('GET', '/api/documents?limit=5');
    if (!document) return this.create(this.#unacknowledged.shift() ?? `${this.#run}-${this.#created++}`);
    return turn === 3 ? this.change(document) : this.remove(document);
  }

  private async create(key: string): Promise<Answer> {
    const title = titleOf(key, 0);
    const answer = await this.send('POST', '/api/documents', { 'idempotency-key': key }, title);
    const acknowledged = isAcknowledged(answer);
    this.#checker.note(key, stateOf({ revision: 1, title }), acknowledged);
    if (acknowledged) this.#free.push({ key, edit: 0, id: idOf(answer), title, revision: 1 });
    else this.#unacknowledged.push(key);
    return answer;
  }

  private async read(document: Known): Promise<Answer> {
    const answer = await this.send('GET', `/api/documents/${document.id}`);
    this.#free.push(document);
    return answer;
  }

  private async change(document: Known): Promise<Answer> {
    const next = { ...document, edit: document.edit + 1, revision: document.revision + 1, title: titleOf(document.key, document.edit + 1) };
    const answer = await this.send('PUT', `/api/documents/${document.id}`, { 'if-match': `"${document.revision}"` }, next.title);
    this.#checker.note(document.key, stateOf(next), isAcknowledged(answer));
    if (isAcknowledged(answer)) this.#free.push(next);
    return answer;
  }

  private async remove({ key, id, revision }: Known): Promise<Answer> {
    const answer = await this.send('DELETE', `/api/documents/${id}`, { 'if-match': `"${revision}"` });
    this.#checker.note(key, 'absent', isAcknowledged(answer));
    return answer;
  }

  private async send(method: string, path: string, headers: Record<string, string> = {}, title?: string): Promise<Answer> {
    const startedAt = performance.now();
    const content = title === undefined ? {} : { 'content-type': 'application/json' };
    const request = `${method} ${path}`;
    try {
      const response = await fetch(`${this.#gatewayUrl}${path}`, {
        method,
        headers: { ...content, ...this.#headers, ...headers },
        ...(title !== undefined && { body: JSON.stringify({ title, body: `# ${title}` }) }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      return { request, status: response.status, headers: Object.fromEntries(response.headers), text: await response.text(), startedAt };
    } catch (error) {
      const { message, cause } = error as Error;
      return { request, status: 0, headers: {}, text: `${message}${cause instanceof Error ? `: ${cause.message}` : ''}`, startedAt };
    }
  }

  /** Every document that the API has and that this traffic made. */
  async documents(): Promise<ListedDocument[]> {
    const found: ListedDocument[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const response: Response = await fetch(`${this.#gatewayUrl}/api/documents?limit=100${cursor && `&cursor=${cursor}`}`);
      if (!response.ok) throw new Error(`the list of documents: ${response.status} ${await response.text()}`);
      const page = (await response.json()) as { items: ListedDocument[]; next: string | null };
      found.push(...page.items);
      cursor = page.items.some(({ title }) => title.startsWith(this.#run)) ? page.next : null; // newest first: what comes now is older
    }
    return found.filter(({ title }) => title.startsWith(this.#run));
  }
}

const idOf = ({ text }: Answer): string => (JSON.parse(text) as ListedDocument).id;
