import {
  ApiException,
  type HttpMethod,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  type ResponseContext,
} from '@kubernetes/client-node';
import { apiMessage, statusOf } from './api-failure.ts';
import type { LiveObject } from './object.ts';

/** A field that server-side apply would take from another manager. */
export interface FieldConflict {
  /** `kubectl-edit`, `helm`, … */
  readonly manager: string;
  /** `.spec.http` */
  readonly field: string;
}

/** Server-side apply without force met fields of other managers. */
export class ApplyConflict extends Error {
  override readonly name = 'ApplyConflict';
  readonly conflicts: readonly FieldConflict[];

  constructor(conflicts: readonly FieldConflict[], options: ErrorOptions) {
    super(`fields belong to ${[...new Set(conflicts.map(({ manager }) => manager))].join(', ')}`, options);
    this.conflicts = conflicts;
  }
}

export interface ApplyOptions {
  /** Only ask what would come of it. */
  readonly dryRun?: boolean;
  /** Take declared fields from other managers. Without it they are an ApplyConflict. */
  readonly force?: boolean;
}

/**
 * Objects as they are written. The client's own `patch` passes them through its models, which lose what they do not know (`x-kubernetes-*` in
 * CRDs) and rename what they know (`from` of a NetworkPolicy), and so do its answers, which take longer to convert than to parse.
 */
export class ObjectApi extends KubernetesObjectApi {
  protected override async processResponse<T extends KubernetesObject>({ httpStatusCode, body, headers }: ResponseContext): Promise<T> {
    const text = await body.text();
    if (httpStatusCode < 200 || httpStatusCode > 299) throw new ApiException(httpStatusCode, 'Unsuccessful HTTP Request', text, headers);
    return JSON.parse(text) as T;
  }

  async applyAsWritten(object: KubernetesObject, fieldManager: string, { dryRun, force }: ApplyOptions): Promise<LiveObject> {
    const query = { fieldManager, force: String(force ?? false), ...(dryRun ? { dryRun: 'All' } : {}) };
    try {
      return await this.#send('patch', PatchStrategy.ServerSideApply, object, query);
    } catch (error) {
      const conflicts = conflictsIn(error);
      throw conflicts.length > 0 ? new ApplyConflict(conflicts, { cause: error }) : error;
    }
  }

  /** Creates nothing, and refuses fields that the kind does not have, as kubectl does. */
  createDry(object: KubernetesObject): Promise<LiveObject> {
    return this.#send('create', 'application/json', object, { dryRun: 'All', fieldValidation: 'Strict' });
  }

  async #send(
    action: 'create' | 'patch',
    contentType: string,
    object: KubernetesObject,
    query: Readonly<Record<string, string>>,
  ): Promise<LiveObject> {
    const path = await this.specUriPath(object, action);
    const request = this.configuration.baseServer.makeRequestContext(path, (action === 'patch' ? 'PATCH' : 'POST') as HttpMethod);
    request.setHeaderParam('Accept', 'application/json');
    request.setHeaderParam('Content-Type', contentType);
    for (const [name, value] of Object.entries(query)) request.setQueryParam(name, value);
    request.setBody(JSON.stringify(object));
    return this.requestPromise(request);
  }

  /** The path of the collection that has only this object, for a list or a watch. */
  async collectionPath(object: KubernetesObject): Promise<string> {
    const name = object.metadata?.name ?? '';
    const path = await this.specUriPath({ ...object, metadata: { ...object.metadata, name } }, 'read');
    return `${path.slice(0, path.lastIndexOf('/'))}?fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`;
  }

  async getText(path: string, signal?: AbortSignal): Promise<string> {
    const request = this.configuration.baseServer.makeRequestContext(path, 'GET' as HttpMethod);
    if (signal) request.setSignal(signal);
    await this.configuration.authMethods.default?.applySecurityAuthentication(request);
    const response = await this.configuration.httpApi.send(request).toPromise();
    const text = await response.body.text();
    if (response.httpStatusCode !== 200) throw new ApiException(response.httpStatusCode, `GET ${path}`, text, response.headers);
    return text;
  }

  /** Whether the API server has the kind in this version. */
  async serves(apiVersion: string, kind: string): Promise<boolean> {
    try {
      return (await this.resource(apiVersion, kind)) !== undefined;
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return false;
      throw error;
    }
  }
}

/** `conflict with "kubectl-edit" using networking.istio.io/v1`; an optimistic lock that failed has no such causes. */
const MANAGER = /^conflict with "([^"]*)"/;

function conflictsIn(error: unknown): FieldConflict[] {
  if (!(error instanceof ApiException) || error.code !== 409) return [];
  const causes = statusOf(error)?.details?.causes ?? [];
  return causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message, field }) => ({ manager: MANAGER.exec(message ?? '')?.[1] ?? apiMessage(error), field: field ?? '' }));
}
