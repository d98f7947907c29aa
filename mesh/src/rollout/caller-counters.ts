import { abortAfter, inParallel, PlatformError } from '@mesh-platform/kubernetes';
import type { MeshProxy } from '../apply/expectation.ts';
import type { Proxies } from '../apply/proxies.ts';
import { type Counters, countedBetween, countersQuestion, type ProxyCounters, readCounters } from './counters.ts';
import { byVersion, HOSTS_QUESTION, readHostCounters } from './host-counters.ts';

/** A proxy that has sent the service no request is asked for its hosts, a longer answer, only so often: at each tenth poll. */
const UNUSED_POLLS = 10;
/** A proxy that does not answer delays the poll of the others no longer than this: what it counts meanwhile is in its next answer. */
const ANSWER_MS = 2_000;

interface Caller {
  readonly counters: ProxyCounters;
  readonly kind: 'admits statistics' | 'admits none' | 'has sent nothing';
  readonly poll: number;
}

/**
 * What the callers of a service count of its versions. A proxy creates a statistic with the first request (Istio's deferred statistics), so one
 * without any has either sent nothing or admits none; its hosts show which.
 */
export class CallerCounters {
  readonly #proxies: Pick<Proxies, 'list' | 'ask'>;
  readonly #host: string;
  readonly #isGrpc: boolean;
  readonly #question: string;
  /** By proxy, as it was read last; undefined for one that does not know the service. */
  #read = new Map<string, Caller | undefined>();
  #poll = 0;

  /** `host` is the full name of the service. */
  constructor(proxies: Pick<Proxies, 'list' | 'ask'>, host: string, isGrpc: boolean) {
    this.#proxies = proxies;
    this.#host = host;
    this.#isGrpc = isGrpc;
    this.#question = countersQuestion(host);
  }

  /** Forgets what was counted so far. */
  async mark(signal: AbortSignal): Promise<void> {
    this.#read = new Map();
    await this.counted(signal);
  }

  /** What each proxy counted by version since the call before. */
  async counted(signal: AbortSignal): Promise<readonly ReadonlyMap<string, Counters>[]> {
    this.#poll += 1;
    const proxies = await this.#proxies.list();
    const asked = proxies.filter((proxy) => !this.#read.has(keyOf(proxy)) || this.#read.get(keyOf(proxy)) !== undefined);
    const answers = await inParallel(asked, (proxy) => this.#ask(proxy, signal));
    return asked.flatMap((proxy, index) => {
      const answer = answers[index];
      if (!answer) return [];
      const before = this.#read.get(keyOf(proxy));
      this.#read.set(keyOf(proxy), answer === 'no caller' ? undefined : answer);
      return answer !== 'no caller' && before ? [byVersion(countedBetween(before.counters, answer.counters))] : [];
    });
  }

  /** A proxy that does not answer is a pod that ends, or one that starts: the next poll asks it again. */
  async #ask(proxy: MeshProxy, signal: AbortSignal): Promise<Caller | 'no caller' | undefined> {
    let found: Caller | 'no caller';
    try {
      found = await this.#counters(proxy, AbortSignal.any([signal, abortAfter(ANSWER_MS)]));
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
    if (this.#isGrpc && found !== 'no caller' && found.kind === 'admits none')
      throw new PlatformError(
        `the proxy ${proxy.pod} does not count gRPC statuses of ${this.#host}: its proxyStatsMatcher does not admit them`,
        'set meshConfig.defaultConfig.proxyStatsMatcher as infra/istio/base.yaml does, and restart the pod',
      );
    return found;
  }

  async #counters(proxy: MeshProxy, signal: AbortSignal): Promise<Caller | 'no caller'> {
    const poll = this.#poll;
    const before = this.#read.get(keyOf(proxy));
    const read = async () => readCounters(await this.#proxies.ask(proxy, this.#question, signal));
    const statistics = await read();
    if (statistics.versions.size > 0) return { counters: statistics, kind: 'admits statistics', poll };
    if (before?.kind === 'has sent nothing' && poll - before.poll < UNUSED_POLLS) return before;
    const hosts = readHostCounters(await this.#proxies.ask(proxy, HOSTS_QUESTION, signal), this.#host, statistics.uptime);
    if (hosts.versions.size === 0) return 'no caller';
    if ([...hosts.versions.values()].every(({ answers }) => answers === 0)) return { counters: statistics, kind: 'has sent nothing', poll };
    const again = await read(); // its first request may have come in between
    return again.versions.size > 0 ? { counters: again, kind: 'admits statistics', poll } : { counters: hosts, kind: 'admits none', poll };
  }
}

const keyOf = ({ namespace, pod }: MeshProxy): string => `${namespace}/${pod}`;
