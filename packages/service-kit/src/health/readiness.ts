import { setTimeout as pause } from 'node:timers/promises';

/** Resolves where the thing it looks at can serve, rejects where it cannot. */
export type ReadinessCheck = () => Promise<void>;

export interface ReadinessReport {
  ready: boolean;
  checks: Record<string, 'ok' | 'failed'>;
}

/** Milliseconds that one check may take. */
const CHECK_MS = 1000;

/** Whether this process can serve: every registered check passes and it is not draining. */
export class Readiness {
  #draining = false;
  readonly #checks = new Map<string, ReadinessCheck>();

  get draining(): boolean {
    return this.#draining;
  }

  startDraining(): void {
    this.#draining = true;
  }

  register(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  async report(): Promise<ReadinessReport> {
    const results = await Promise.all([...this.#checks].map(async ([name, check]) => [name, await outcomeOf(check)] as const));
    const checks = Object.fromEntries([...results, ['draining', this.#draining ? 'failed' : 'ok'] as const]);
    return { ready: Object.values(checks).every((outcome) => outcome === 'ok'), checks };
  }
}

async function outcomeOf(check: ReadinessCheck): Promise<'ok' | 'failed'> {
  const bound = new AbortController();
  const tooLate = pause(CHECK_MS, 'failed' as const, { signal: bound.signal }).catch(() => 'failed' as const);
  const checked = Promise.resolve()
    .then(check)
    .then(
      () => 'ok' as const,
      () => 'failed' as const,
    );
  try {
    return await Promise.race([checked, tooLate]);
  } finally {
    bound.abort();
  }
}
