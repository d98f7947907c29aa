import { isDeepStrictEqual } from 'node:util';
import {
  ApiException,
  type HttpMethod,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  type V1Status,
  Watch,
} from '@kubernetes/client-node';
import { nameOf } from './object-name.ts';
import { PlatformError } from './platform-error.ts';

export { type KubernetesObject, nameOf };

/** Any object as the API server gives it. */
export interface LiveObject extends KubernetesObject {
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
}

const PARALLEL_REQUESTS = 8;

/** The client's own `patch` passes objects through its models, which lose what they do not know: `x-kubernetes-*` in CRDs. */
class ObjectApi extends KubernetesObjectApi {
  async applyAsWritten(object: KubernetesObject, fieldManager: string, { dryRun = false } = {}): Promise<LiveObject> {
    const path = await this.specUriPath(object, 'patch');
    const request = this.configuration.baseServer.makeRequestContext(path, 'PATCH' as HttpMethod);
    request.setHeaderParam('Accept', 'application/json');
    request.setHeaderParam('Content-Type', PatchStrategy.ServerSideApply);
    request.setQueryParam('fieldManager', fieldManager);
    request.setQueryParam('force', 'true');
    if (dryRun) request.setQueryParam('dryRun', 'All');
    request.setBody(JSON.stringify(object));
    return this.requestPromise(request);
  }

  /** Creates nothing, and refuses fields that the kind does not have, as kubectl does. */
  async createDry(object: KubernetesObject): Promise<LiveObject> {
    const path = await this.specUriPath(object, 'create');
    const request = this.configuration.baseServer.makeRequestContext(path, 'POST' as HttpMethod);
    request.setHeaderParam('Accept', 'application/json');
    request.setHeaderParam('Content-Type', 'application/json');
    request.setQueryParam('dryRun', 'All');
    request.setQueryParam('fieldValidation', 'Strict');
    request.setBody(JSON.stringify(object));
    return this.requestPromise(request);
  }

  async getText(path: string): Promise<string> {
    const request = this.configuration.baseServer.makeRequestContext(path, 'GET' as HttpMethod);
    await this.configuration.authMethods.default?.applySecurityAuthentication(request);
    const response = await this.configuration.httpApi.send(request).toPromise();
    const text = await response.body.text();
    if (response.httpStatusCode !== 200) throw new Error(`GET ${path}: status ${response.httpStatusCode}: ${text.slice(0, 200)}`);
    return text;
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
    const config = new KubeConfig();
    config.loadFromFile(file);
    return new Cluster(config);
  }

  /** Server-side apply of each object, a few at once. The field manager owns what it declares and takes it back from people. */
  async apply(objects: readonly KubernetesObject[], fieldManager: string): Promise<void> {
    const queue = [...objects];
    const worker = async () => {
      for (let object = queue.shift(); object; object = queue.shift()) await this.#applyOne(object, fieldManager);
    };
    await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, worker));
  }

  async #applyOne(object: KubernetesObject, fieldManager: string): Promise<void> {
    try {
      await this.#objects.applyAsWritten(object, fieldManager);
    } catch (error) {
      throw new PlatformError(
        `${nameOf(object)} was refused: ${apiWords(error)}`,
        'mend the object in its file and run the command again',
        { cause: error },
      );
    }
  }

  /** The objects that applying would create or change, as the API server says in a dry run. */
  async wouldChange(objects: readonly KubernetesObject[], fieldManager: string): Promise<readonly KubernetesObject[]> {
    const changes = await Promise.all(
      objects.map(async (object) => {
        const [live, applied] = await Promise.all([
          this.read(object),
          this.#objects.applyAsWritten(object, fieldManager, { dryRun: true }),
        ]);
        return !isDeepStrictEqual(live?.spec, applied.spec);
      }),
    );
    return objects.filter((_, index) => changes[index]);
  }

  /** What the API server and its webhooks would say against a new object, in their words; undefined where they would take it. */
  async dryRun(object: KubernetesObject): Promise<string | undefined> {
    try {
      await this.#objects.createDry(object);
      return undefined;
    } catch (error) {
      if (error instanceof ApiException && [400, 403, 422].includes(error.code)) return apiWords(error);
      throw new Error(`try ${nameOf(object)}: ${apiWords(error)}`, { cause: error });
    }
  }

  /** The object as it is; undefined where there is none. */
  async read<T extends LiveObject>(header: KubernetesObject): Promise<T | undefined> {
    try {
      return (await this.#objects.read({ ...header, metadata: { name: header.metadata?.name ?? '', ...header.metadata } })) as unknown as T;
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      throw new Error(`read ${nameOf(header)}: ${apiWords(error)}`, { cause: error });
    }
  }

  /** What a path of the API server answers as text: metrics, logs, what a pod says through its proxy. */
  getText(path: string): Promise<string> {
    return this.#objects.getText(path);
  }

  /** Every object of a kind, in one namespace or in all. */
  async list<T extends LiveObject>(apiVersion: string, kind: string, namespace?: string, labelSelector?: string): Promise<readonly T[]> {
    const list = await this.#objects.list(apiVersion, kind, namespace, undefined, undefined, undefined, undefined, labelSelector);
    return list.items as unknown as T[];
  }

  async delete(object: KubernetesObject): Promise<void> {
    try {
      await this.#objects.delete(object, undefined, undefined, undefined, undefined, 'Background');
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return;
      throw new Error(`delete ${nameOf(object)}: ${apiWords(error)}`, { cause: error });
    }
  }

  /**
   * Watches a collection, such as `/api/v1/namespaces/platform/pods`, and gives all of its objects to `settled` at each
   * change, until that gives a value. Throws when `signal` aborts.
   */
  async watchUntil<T>(path: string, signal: AbortSignal, settled: (objects: readonly LiveObject[]) => T | undefined): Promise<T> {
    while (!signal.aborted) {
      const objects = new Map<string, LiveObject>(); // each new watch begins with all that there is
      const found = await this.#watchOnce(path, signal, (phase, object) => {
        if (phase === 'ERROR') throw new Error(`watch ${path}: ${String((object as { message?: string }).message)}`);
        const key = nameOf(object);
        if (phase === 'DELETED') objects.delete(key);
        else objects.set(key, object);
        return settled([...objects.values()]);
      });
      if (found !== undefined) return found;
    }
    throw new Error(`watch ${path}: ended`, { cause: signal.reason });
  }

  /** One request; resolves with undefined when the server or the signal ends it. */
  async #watchOnce<T>(
    path: string,
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
        const watch = new Watch(this.config).watch(path, {}, event, end);
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

/** What the API server said, in its own words. */
function apiWords(error: unknown): string {
  if (!(error instanceof ApiException)) return error instanceof Error ? error.message : String(error);
  const body: unknown = typeof error.body === 'string' ? parse(error.body) : error.body;
  return (body as V1Status | undefined)?.message ?? `status ${error.code}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
