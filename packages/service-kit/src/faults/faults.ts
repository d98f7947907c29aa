import { setTimeout as pause } from 'node:timers/promises';
import { ProblemException } from '../http/problem.js';
import type { Logger } from '../log/logger.js';
import { requestFields } from '../log/logger.js';
import { headerOf, type IncomingHeaders } from '../path/headers.js';
import { type Fault, MAX_DELAY_MS, parseFaults } from './parse-faults.js';

/** A number from 0 to below 1. */
export type Draw = () => number;

/** The failure that a request injects. */
export class InjectedOutage extends ProblemException {
  constructor() {
    super(503, 'this failure was injected by x-fault', { headers: { 'retry-after': '1' } });
  }
}

export interface FaultsOptions {
  service: string;
  /** `v1` */
  version: string;
  mode: 'on' | 'off';
  logger: Logger;
  draw?: Draw;
  /** Ends the process; process.exit where unset. */
  exit?: (status: number) => void;
}

/** The exit status of a crash: what a shell reports of SIGABRT. */
const CRASH_STATUS = 134;

/** The faults that requests order of this service; where FAULTS is off there are none. */
export class Faults {
  readonly #draw: Draw;

  constructor(private readonly options: FaultsOptions) {
    this.#draw = options.draw ?? Math.random;
  }

  /**
   * Draws the faults of one attempt, waits for its delays, crashes where a crash is injected, and returns the fault that strikes after
   * the work.
   * @throws InjectedOutage where the attempt is to fail before anything is done, MalformedFault for a fault that cannot be parsed
   */
  async beforeWork(headers: IncomingHeaders): Promise<Fault | undefined> {
    const header = headerOf(headers, 'x-fault');
    if (this.options.mode === 'off' || header === undefined) return undefined;
    const struck = drawFaults(parseFaults(header, this.options.service, this.options.version), this.#draw);
    const delays = struck.filter(({ kind }) => kind === 'delay');
    for (const delay of delays) this.log(delay, headers);
    const delayMs = delays.reduce((sum, delay) => sum + delay.delayMs, 0);
    if (delayMs > 0) await pause(Math.min(delayMs, MAX_DELAY_MS));
    const crash = struck.find(({ kind }) => kind === 'crash');
    if (crash) this.crash(crash, headers);
    const outage = struck.find(({ kind }) => kind === 'unavailable');
    if (outage) throw this.outage(outage, headers);
    return struck.find(({ kind }) => kind === 'unavailable-after-commit');
  }

  /** The error of a fault that strikes now. */
  outage(fault: Fault, headers: IncomingHeaders): InjectedOutage {
    this.log(fault, headers);
    return new InjectedOutage();
  }

  /** Ends this process at once, its other requests unanswered, as a bug in native code would. */
  private crash(fault: Fault, headers: IncomingHeaders): void {
    this.log(fault, headers);
    (this.options.exit ?? process.exit)(CRASH_STATUS);
  }

  private log({ entry }: Fault, headers: IncomingHeaders): void {
    this.options.logger.warn({ ...requestFields(headers), fault: entry }, 'an injected fault strikes');
  }
}

/** The faults that strike one attempt; each is drawn on its own. */
export const drawFaults = (faults: readonly Fault[], draw: Draw): Fault[] => faults.filter(({ fraction }) => draw() < fraction);
