import { ProblemException } from '../http/problem.js';

/** One way in which a request wants this service to misbehave. */
export interface Fault {
  kind: 'unavailable' | 'unavailable-after-commit' | 'crash' | 'delay';
  /** Milliseconds of a delay; 0 for the other kinds. */
  delayMs: number;
  /** The fraction of attempts that it strikes, 0 to 1. */
  fraction: number;
  /** The entry as written in the header. */
  entry: string;
}

/** A fault that names this service and cannot be parsed. */
export class MalformedFault extends ProblemException {
  constructor(detail: string) {
    super(400, detail);
  }
}

/** Milliseconds that the delays of one request may take. */
export const MAX_DELAY_MS = 60_000;
const MAX_LENGTH = 1024;
const FAULT =
  /^(?:(?<kind>unavailable|unavailable-after-commit|crash)|delay:(?<count>\d{1,5})(?<unit>ms|s))(?::(?<fraction>0(?:\.\d{1,9})?|1(?:\.0{1,9})?))?$/;

/**
 * The faults that an x-fault header injects into this service (`core=…`) or only into this version of it (`core/v2=…`); those of others
 * are not read. @throws MalformedFault
 */
export function parseFaults(header: string, service: string, version: string): Fault[] {
  if (header.length > MAX_LENGTH) throw new MalformedFault(`x-fault must have at most ${MAX_LENGTH} characters`);
  const entries = header.split(',').map((entry) => entry.trim());
  const own = [service, `${service}/${version}`];
  return entries.filter((entry) => own.includes(entry.split('=', 1)[0]?.trim() ?? '')).map(faultOf);
}

function faultOf(entry: string): Fault {
  const fault = FAULT.exec(entry.slice(entry.indexOf('=') + 1).trim())?.groups;
  const delayMs = Number(fault?.count ?? 0) * (fault?.unit === 's' ? 1000 : 1);
  if (!fault || delayMs > MAX_DELAY_MS) {
    throw new MalformedFault(
      `x-fault: "${entry}" must be unavailable, unavailable-after-commit, crash or a delay of at most 60s (delay:250ms, delay:2s), ` +
        'and may end with a fraction from 0 to 1 (:0.3)',
    );
  }
  return { kind: (fault.kind ?? 'delay') as Fault['kind'], delayMs, fraction: Number(fault.fraction ?? 1), entry };
}
