import { readFile } from 'node:fs/promises';
import { type Cluster, inParallel, isTerminating, messageOf, type Pod, type PodConnection } from '@mesh-platform/kubernetes';
import { keyOf, waitFor } from '@mesh-platform/targets';
import { filesOf } from '../services/service-image.ts';
import { type ServiceVersion, versionName } from '../services/service-versions.ts';
import { NAMESPACE } from '../services/topology.ts';
import { withInlineMap } from './inline-map.ts';
import type { Files, Taken } from './pod/supervisor.ts';
import { COPIES, SUPERVISOR_PORT } from './supervised.ts';

/** What became of a version's newest code in one of its pods. */
export interface Synced {
  /** `not sent`: the pod's supervisor did not answer. */
  readonly outcome: Taken['outcome'] | 'not sent';
  readonly cause?: string;
  readonly version: ServiceVersion;
  readonly pod: string;
}

interface Compiled {
  readonly version: ServiceVersion;
  readonly files: Files;
  readonly key: string;
}

/** The supervisor listens before it starts the program. */
const LISTENS_MS = 5_000;
/** Time for two starts, each with its limit. */
const TAKEN_MS = 40_000;

/** Sends compiled code to the pods that take files, and to those that start later. */
export class CodeSync {
  readonly #cluster: Cluster;
  readonly #report: (synced: Synced) => void;
  readonly #inspected: string | undefined;
  readonly #sent = new Map<string, string>();
  #compiled: readonly Compiled[] = [];
  #pods: readonly Pod[] = [];

  /** `inspected` is the service whose code carries its source maps, for a debugger. */
  constructor(cluster: Cluster, report: (synced: Synced) => void, inspected?: string) {
    this.#cluster = cluster;
    this.#report = report;
    this.#inspected = inspected;
  }

  /** Reads the compiler's output of each version; `send` sends it from now on. */
  async take(versions: readonly ServiceVersion[]): Promise<void> {
    this.#compiled = await Promise.all(versions.map((version) => compiledOf(version, version.service === this.#inspected)));
  }

  /** Sends to each pod what it has not been sent yet. */
  async send(): Promise<void> {
    const due = this.#compiled.flatMap((compiled) =>
      this.#pods
        .filter((pod) => isOf(pod, compiled.version) && this.#sent.get(pod.metadata?.uid ?? '') !== compiled.key)
        .map((pod) => ({ compiled, pod })),
    );
    await inParallel(due, async ({ compiled: { version, files, key }, pod }) => {
      this.#sent.set(pod.metadata?.uid ?? '', key);
      const name = pod.metadata?.name ?? '';
      try {
        this.#report({ version, pod: name, ...(await this.#post(name, files)) });
      } catch (error) {
        this.#sent.delete(pod.metadata?.uid ?? '');
        if (this.#pods.some(({ metadata }) => metadata?.name === name))
          this.#report({ version, pod: name, outcome: 'not sent', cause: messageOf(error) });
      }
    });
  }

  /** Follows the pods that take files and calls `changed` for each that has started; ends with `signal`. */
  async follow(signal: AbortSignal, changed: () => void): Promise<void> {
    const watched = this.#cluster.watchUntil(`/api/v1/namespaces/${NAMESPACE}/pods`, signal, (objects) => {
      const before = new Set(this.#pods.map(({ metadata }) => metadata?.uid));
      this.#pods = (objects as readonly Pod[]).filter(takesFiles);
      if (this.#pods.some(({ metadata }) => !before.has(metadata?.uid))) changed();
      return undefined;
    });
    await watched.catch((error) => {
      if (!signal.aborted) throw error;
    });
  }

  async #post(pod: string, files: Files): Promise<Taken> {
    const signal = AbortSignal.timeout(TAKEN_MS);
    return waitFor(
      `the supervisor of ${pod}`,
      async () => {
        const connection: PodConnection = await this.#cluster.connect(NAMESPACE, pod, SUPERVISOR_PORT);
        try {
          return JSON.parse(await connection.post('/', JSON.stringify(files), signal)) as Taken;
        } finally {
          connection.close();
        }
      },
      { timeout: LISTENS_MS },
    );
  }
}

/** Whether its service runs under a supervisor. */
export const takesFiles = (pod: Pod): boolean =>
  !isTerminating(pod) &&
  (pod.spec?.volumes ?? []).some(({ name }) => name === COPIES) &&
  (pod.status?.containerStatuses ?? []).some(({ name, state }) => name === pod.metadata?.labels?.app && state?.running);

const isOf = ({ metadata }: Pod, { service, version }: ServiceVersion): boolean =>
  metadata?.labels?.app === service && metadata?.labels?.version === version;

async function compiledOf(version: ServiceVersion, inspected: boolean): Promise<Compiled> {
  const own = await filesOf(version);
  const contents = await Promise.all(own.map(({ source }) => (inspected ? withInlineMap(source) : readFile(source, 'base64'))));
  const files = Object.fromEntries(own.map(({ destination }, index) => [destination, contents[index] ?? '']));
  return { version, files, key: keyOf(versionName(version), JSON.stringify(files)) };
}
