import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { pick } from './seeded.ts';

/** What is known of one document: only what was answered counts. */
interface Known {
  readonly title: string;
  id: string;
  revision: number;
  body: string;
  state: 'there' | 'deleted' | 'unsure';
}

interface Listed {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
}

const PAUSE_MS = 25;
const LIMIT_MS = 5_000;

/**
 * Creates, changes and deletes documents through the gateway and remembers what was acknowledged: any 2xx. Nothing is
 * sent twice. A write without an answer may have happened or not, so its document is asked for nothing but to be there once at most.
 */
export class AcknowledgedWrites {
  readonly #prefix = `acknowledged ${randomUUID()}`;
  readonly #documents: Known[] = [];
  readonly #url: string;
  readonly #random: () => number;
  #acknowledged = 0;
  #failed = 0;

  constructor(gatewayUrl: string, random: () => number) {
    this.#url = `${gatewayUrl}/api/documents`;
    this.#random = random;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Writes one after the other until the signal, whatever fails. */
  async writeUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#write();
      await pause(PAUSE_MS);
    }
  }

  /** Everything that was acknowledged and is not so, or is there twice. Empty where all is well. */
  async wrong(): Promise<readonly string[]> {
    const found = Map.groupBy(await this.#list(), ({ title }) => title);
    const words = await Promise.all(this.#documents.map((known) => this.#compare(known, found.get(known.title) ?? [])));
    return words.filter((word) => word !== undefined);
  }

  async #compare(known: Known, found: readonly Listed[]): Promise<string | undefined> {
    const { title, state, revision, body, id } = known;
    if (found.length > 1) return `${title} is there ${found.length} times`;
    if (state === 'unsure') return undefined;
    if (state === 'deleted') return found.length === 0 ? undefined : `${title} was deleted and is there`;
    const [one] = found;
    if (!one) return `${title} was written and is not there`;
    if (one.revision !== revision) return `${title} has revision ${one.revision}, not ${revision}`;
    const { body: stored } = (await (await this.#send('GET', `/${id}`, {})).json()) as { body: string };
    return stored === body ? undefined : `${title} has another text than was written last`;
  }

  async #write(): Promise<void> {
    const there = this.#documents.filter(({ state }) => state === 'there');
    const draw = this.#random();
    if (there.length < 5 || draw < 0.6) return this.#create();
    const known = pick(there, this.#random);
    const before = known.state;
    known.state = 'unsure';
    const headers = { 'if-match': `"${known.revision}"` };
    if (draw < 0.85) {
      const body = randomUUID();
      const answer = await this.#try('PUT', `/${known.id}`, headers, { title: known.title, body });
      if (answer) Object.assign(known, { state: before, revision: known.revision + 1, body });
    } else if (await this.#try('DELETE', `/${known.id}`, headers)) known.state = 'deleted';
  }

  async #create(): Promise<void> {
    const known: Known = {
      title: `${this.#prefix} ${this.#documents.length}`,
      id: '',
      revision: 1,
      body: randomUUID(),
      state: 'unsure',
    };
    this.#documents.push(known);
    const answer = await this.#try('POST', '', { 'idempotency-key': randomUUID() }, { title: known.title, body: known.body });
    if (!answer) return;
    known.id = ((await answer.json()) as { id: string }).id;
    known.state = 'there';
  }

  /** The answer if it is a 2xx. */
  async #try(method: string, path: string, headers: Record<string, string>, body?: object): Promise<Response | undefined> {
    try {
      const answer = await this.#send(method, path, headers, body);
      if (answer.ok) {
        const text = await answer.text(); // an answer that breaks off acknowledges nothing
        this.#acknowledged++;
        return new Response(text || null);
      }
    } catch {
      // no answer
    }
    this.#failed++;
    return undefined;
  }

  #send(method: string, path: string, headers: Record<string, string>, body?: object): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      method,
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
  }

  async #list(): Promise<readonly Listed[]> {
    const all: Listed[] = [];
    for (let cursor: string | null | undefined = ''; cursor !== undefined && cursor !== null; ) {
      const query = new URLSearchParams({ limit: '100', ...(cursor ? { cursor } : {}) });
      const answer = await this.#send('GET', `?${query}`, {});
      if (!answer.ok) throw new Error(`GET documents: ${answer.status} ${await answer.text()}`);
      const { items, next } = (await answer.json()) as { items: readonly Listed[]; next?: string | null };
      all.push(...items.filter(({ title }) => title.startsWith(this.#prefix)));
      cursor = next;
    }
    return all;
  }
}
