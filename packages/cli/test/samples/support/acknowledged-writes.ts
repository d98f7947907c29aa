import { setTimeout as pause } from 'node:timers/promises';
import { DocumentTraffic, isAcknowledged, WriteChecker } from '@mesh-platform/proofs/documents';

const PAUSE_MS = 25;

/** Creates, changes and deletes documents through the gateway, one after the other, and compares the stored documents with the acknowledged writes. */
export class AcknowledgedWrites {
  readonly #checker = new WriteChecker();
  readonly #traffic: DocumentTraffic;
  #acknowledged = 0;
  #failed = 0;

  constructor(gatewayUrl: string) {
    this.#traffic = new DocumentTraffic(gatewayUrl, this.#checker);
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Writes one after the other until the signal, whatever fails. */
  async writeUntil(signal: AbortSignal): Promise<void> {
    for (let turn = 1; !signal.aborted; turn += 2) {
      if (isAcknowledged(await this.#traffic.request(turn))) this.#acknowledged++;
      else this.#failed++;
      await pause(PAUSE_MS);
    }
  }

  /** The acknowledged writes that are missing, different or duplicated; empty where all is well. */
  async wrong(): Promise<readonly string[]> {
    return this.#checker.violations(await this.#traffic.documents());
  }
}
