import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiException, type KubeConfig, type KubernetesObject, Watch } from '@kubernetes/client-node';
import { ApiConfig } from './api-config.ts';
import { apiFailure, apiMessage, isTransient } from './api-failure.ts';
import { type LiveObject, nameOf } from './object.ts';
import { ApplyConflict, type ApplyOptions, ObjectApi } from './object-api.ts';
import { inParallel } from './parallel.ts';
import { openPodStream, PodConnection } from './pod-connection.ts';
import { retryTransient } from './retry-transient.ts';
import { abortAfter, timeLimit } from './time-limits.ts';

interface List {
  readonly apiVersion: string;
  /** `PodList` */
  readonly kind: string;
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly LiveObject[];
}
interface Listed {
  readonly items: readonly LiveObject[];
  readonly resourceVersion: string;
}

const RETRY_MS = 200;
async function orFailure<T>(action: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw apiFailure(action, error);
  }
}

/** A connection to an API server. */
export class Cluster {
  readonly config: KubeConfig;
  readonly #objects: ObjectApi;

  private constructor(config: KubeConfig) {
    this.config = config;
    this.#objects = config.makeApiClient(ObjectApi);
  }

  static fromKubeconfig(file: string): Cluster {
    const config = new ApiConfig();
    config.loadFromFile(file);
    return new Cluster(config);
  }

  /** Server-side apply of each object, a few at once. The field manager owns what it declares and takes it back from people. */
  async apply(objects: readonly KubernetesObject[], fieldManager: string): Promise<void> {
    await inParallel(objects, (object) => this.applyOne(object, fieldManager, { force: true }));
  }

  /** Server-side apply of one object; gives what the API server made of it. Throws ApplyConflict where it would need force. */
  async applyOne(object: KubernetesObject, fieldManager: string, options: ApplyOptions = {}): Promise<LiveObject> {
    try {
      return await retryTransient(() => this.#objects.applyAsWritten(object, fieldManager, options));
    } catch (error) {
      if (error instanceof ApplyConflict) throw error;
      throw apiFailure(
        isTransient(error) ? `apply ${nameOf(object)}` : `${nameOf(object)} was refused`,
        error,
        'fix the object in its file and run the command again',
      );
    }
  }

  /** The message with which the API server and its webhooks would refuse a new object; undefined where they would accept it. */
  async dryRun(object: KubernetesObject): Promise<string | undefined> {
    try {
      await this.#objects.createDry(object);
      return undefined;
    } catch (error) {
      if (error instanceof ApiException && [400, 403, 422].includes(error.code)) return apiMessage(error);
      throw new Error(`try ${nameOf(object)}: ${apiMessage(error)}`, { cause: error });
    }
  }

  /** Creates the object and gives what the API server made of it, such as the answer to a review. */
  create<T extends LiveObject>(object: KubernetesObject): Promise<T> {
    return orFailure(`create ${nameOf(object)}`, async () => (await this.#objects.create(object)) as unknown as T);
  }

  /** The object as it is; undefined where there is none. */
  async read<T extends LiveObject>(header: KubernetesObject): Promise<T | undefined> {
    try {
      const named = { ...header, metadata: { name: header.metadata?.name ?? '', ...header.metadata } };
      return (await retryTransient(() => this.#objects.read(named))) as unknown as T;
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      throw apiFailure(`read ${nameOf(header)}`, error);
    }
  }

  /** The API server's answer to a path, as text: metrics, logs, the answer of a pod through its proxy. */
  getText(path: string, signal?: AbortSignal): Promise<string> {
    return orFailure(`GET ${path}`, () => this.#objects.getText(path, signal));
  }

  /** HTTP to a port that a pod opens only on its loopback. Close it after use. */
  async connect(namespace: string, pod: string, port: number): Promise<PodConnection> {
    return new PodConnection(await this.forward(namespace, pod, port));
  }

  /** A stream to a port on a pod's loopback. */
  forward(namespace: string, pod: string, port: number): Promise<Duplex> {
    return openPodStream(this.config, namespace, pod, port);
  }

  /** Whether the API server has the kind in this version. */
  serves(apiVersion: string, kind: string): Promise<boolean> {
    return orFailure(`look for ${kind} of ${apiVersion}`, () => this.#objects.serves(apiVersion, kind));
  }

  /** Every object of a kind, in one namespace or in all. */
  async list<T extends LiveObject>(apiVersion: string, kind: string, namespace?: string, labelSelector?: string): Promise<readonly T[]> {
    const { items } = await orFailure(`list each ${kind}${namespace ? ` of ${namespace}` : ''}`, () =>
      retryTransient(() => this.#objects.list(apiVersion, kind, namespace, undefined, undefined, undefined, undefined, labelSelector)),
    );
    return items.map((item) => ({ ...item, apiVersion, kind })) as unknown as T[]; // items of a list have neither
  }

  async delete(object: KubernetesObject): Promise<void> {
    try {
      await this.#objects.delete(object, undefined, undefined, undefined, undefined, 'Background');
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return;
      throw apiFailure(`delete ${nameOf(object)}`, error);
    }
  }

  /**
   * Lists a collection, such as `/api/v1/namespaces/platform/pods`, watches it from there, and gives all of its objects to `settled` at
   * first and at each change, until that gives a value. Throws when `signal` aborts.
   */
  async watchUntil<T>(path: string, signal: AbortSignal, settled: (objects: readonly LiveObject[]) => T | undefined): Promise<T> {
    while (!signal.aborted) {
      const list = await this.#listAt(path, signal);
      if (!list) continue;
      const objects = new Map(list.items.map((object) => [object.metadata?.uid, object]));
      const now = settled(list.items);
      if (now !== undefined) return now;
      const found = await this.#watchOnce(path, list.resourceVersion, signal, (phase, object) => {
        if (phase === 'ERROR') return 'again'; // what the server remembers begins later than the list
        if (phase === 'DELETED') objects.delete(object.metadata?.uid);
        else objects.set(object.metadata?.uid, object);
        const value = settled([...objects.values()]);
        return value === undefined ? undefined : { value };
      });
      if (found !== undefined && found !== 'again') return found.value;
    }
    throw new Error(`watch ${path}: ended`, { cause: signal.reason });
  }

  /**
   * Resolves when the object of this uid, or of this name where the uid is not set, is removed. Rejects with the reason of `signal`
   * when it aborts.
   */
  async untilDeleted(object: KubernetesObject, signal: AbortSignal): Promise<void> {
    const { name, uid } = object.metadata ?? {};
    const isSame = ({ metadata }: LiveObject) => (uid ? metadata?.uid === uid : metadata?.name === name);
    const path = await retryTransient(() => this.#objects.collectionPath(object));
    await this.watchUntil(path, signal, (objects) => (objects.some(isSame) ? undefined : true)).catch((error) => {
      signal.throwIfAborted();
      throw error;
    });
  }

  /** Deletes the object and resolves when it is removed; throws after `timeout` milliseconds, multiplied with this machine's factor. */
  async deleteAndWait(object: KubernetesObject, timeout: number): Promise<void> {
    await this.delete(object);
    await this.untilDeleted(object, abortAfter(timeout)).catch((cause) => {
      throw new Error(`${nameOf(object)} was not removed within ${timeLimit(timeout) / 1000} s`, { cause });
    });
  }

  /** The collection now; undefined, after a pause, where the API server does not answer or is slow, since it may be starting again. */
  async #listAt(path: string, signal: AbortSignal): Promise<Listed | undefined> {
    try {
      const { kind, apiVersion, metadata, items } = JSON.parse(await this.#objects.getText(path, signal)) as List;
      // Items of a list have no apiVersion and no kind.
      const named = items.map((item) => ({ ...item, apiVersion, kind: kind.replace(/List$/, '') }));
      return { items: named, resourceVersion: metadata.resourceVersion };
    } catch (error) {
      if (error instanceof ApiException && !isTransient(error)) throw apiFailure(`list ${path}`, error);
      await pause(RETRY_MS, undefined, { signal }).catch(() => {});
      return undefined;
    }
  }

  /** One request; resolves with undefined when the server or the signal ends it. */
  async #watchOnce<T>(
    path: string,
    resourceVersion: string,
    signal: AbortSignal,
    onEvent: (phase: string, object: LiveObject) => T | undefined,
  ): Promise<T | undefined> {
    let stop = () => {};
    try {
      return await new Promise<T | undefined>((resolve, reject) => {
        const event = (phase: string, object: LiveObject) => {
          try {
            const found = onEvent(phase, object);
            if (found !== undefined) resolve(found);
          } catch (error) {
            reject(error);
          }
        };
        const end = () => resolve(undefined);
        signal.addEventListener('abort', end, { once: true });
        const watch = new Watch(this.config).watch(path, { resourceVersion }, event, end);
        watch.catch(reject);
        stop = () => {
          signal.removeEventListener('abort', end);
          watch.then((controller) => controller.abort()).catch(() => {});
        };
      });
    } finally {
      stop();
    }
  }
}
