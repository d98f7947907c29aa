import type { Weights } from '@mesh-platform/mesh';
import { acceptance, ERROR_RATE } from '@mesh-platform/proofs/statistics';
import type { Share } from '../snapshot.ts';
import type { Traffic } from './traffic.ts';

interface Period {
  readonly weights: Weights;
  /** Answers by version at the first reading that began after these weights were seen: what came before followed others. */
  before?: ReadonlyMap<string, number>;
}

/** The weights of each service in the cluster, and what was measured since they were set. */
export class ServiceShares {
  readonly #traffic: Pick<Traffic, 'answers'>;
  readonly #periods = new Map<string, Period>();

  constructor(traffic: Pick<Traffic, 'answers'>) {
    this.#traffic = traffic;
  }

  /** The weights that the routes of a host have now; undefined where none splits its traffic. */
  set(host: string, weights: Weights | undefined): void {
    const known = this.#periods.get(host);
    if (!weights) this.#periods.delete(host);
    else if (!known || !isSame(known.weights, weights)) this.#periods.set(host, { weights });
  }

  /** The hosts whose weights were set since the last reading began. */
  unread(): readonly string[] {
    return [...this.#periods].flatMap(([host, { before }]) => (before ? [] : [host]));
  }

  /** Counts from now on: a reading that began after the weights of these hosts were set is done. */
  begin(hosts: readonly string[]): void {
    for (const host of hosts) {
      const period = this.#periods.get(host);
      if (period) period.before ??= this.#traffic.answers(host);
    }
  }

  /** Each version's weight and answers, and whether chance explains their difference. */
  of(host: string): readonly Share[] {
    const period = this.#periods.get(host);
    if (!period) return [];
    const now = this.#traffic.answers(host);
    const before = period.before ?? now;
    const counted = new Map([...period.weights.keys()].map((version) => [version, (now.get(version) ?? 0) - (before.get(version) ?? 0)]));
    const total = [...counted.values()].reduce((sum, answers) => sum + answers, 0);
    return [...period.weights].map(([version, weight]) => {
      const answers = counted.get(version) ?? 0;
      return { version, weight, answers, ...(total > 0 ? { isExplained: explains(answers, total, weight / 100) } : {}) };
    });
  }
}

function explains(answers: number, total: number, probability: number): boolean {
  const { from, to } = acceptance(total, probability, ERROR_RATE);
  return answers >= from && answers <= to;
}

const isSame = (a: Weights, b: Weights): boolean => a.size === b.size && [...a].every(([version, percent]) => b.get(version) === percent);
