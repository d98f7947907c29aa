import { ApiException, type V1Status } from '@kubernetes/client-node';
import { messageOf, NotPermittedError, PlatformError } from './platform-error.ts';

/** Codes of Node.js, its TLS and undici for a server that cannot be talked to. */
const UNREACHABLE =
  /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|UND_ERR_CONNECT_TIMEOUT)/;
/** The API server's messages for an object with a field that its schema does not know. */
const UNKNOWN_FIELD = /field not declared in schema|unknown field/;

/** Too many requests, and an answer that came too late. */
const TRANSIENT_STATUS = new Set([429, 504]);
/** Messages of a slow etcd, or of a slow webhook; the API server answers 500 then. */
const SLOW = /etcdserver: (request timed out|leader changed|no leader)|failed calling webhook.*(deadline exceeded|Client\.Timeout)/s;
/** A connection that was open and broke. One that cannot be opened is a cluster that does not run. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** The message of the API server, unchanged. */
export function apiMessage(error: unknown): string {
  if (!(error instanceof ApiException)) return messageOf(innermost(error));
  return statusOf(error)?.message ?? `status ${error.code}`;
}

/** The Status object that a refusal carries. */
export function statusOf({ body }: ApiException<unknown>): V1Status | undefined {
  return typeof body === 'string' ? parse(body) : (body as V1Status | undefined);
}

/** A failed request as an error with its hint; `hint` is used where the API server refuses the object itself. */
export function apiFailure(action: string, error: unknown, hint = 'fix what it names and run the command again'): PlatformError {
  if (error instanceof PlatformError) return error;
  const message = apiMessage(error);
  const because = { cause: error };
  if (isTransient(error))
    return new PlatformError(
      `${action}: the API server is too slow or too busy: ${message}`,
      'run the command again when the machine does less; PLATFORM_TIMEOUT_FACTOR=3 allows it three times as long',
      because,
    );
  if (isUnreachable(error))
    return new PlatformError(
      `the API server does not answer: ${message}`,
      'see that the cluster runs and that the kubeconfig is its own',
      because,
    );
  const status = error instanceof ApiException ? error.code : Number(/Unexpected server response: (\d+)/.exec(message)?.[1]);
  if (status === 401)
    return new PlatformError(`${action}: the API server does not know who asks`, 'renew the credentials of the kubeconfig', because);
  if (status === 403 && !isAboutTheObject(error, message))
    return new NotPermittedError(
      `${action}: not permitted: ${message}`,
      'ask for a role that allows it, or use a kubeconfig that has one',
      because,
    );
  if (UNKNOWN_FIELD.test(message))
    return new PlatformError(
      `${action}: ${message}`,
      'the cluster has the CRDs of another Istio release: install the release that this package was made for',
      because,
    );
  return new PlatformError(`${action}: ${message}`, hint, because);
}

/** Whether the API server was slow or busy, so that the same request can succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ApiException) return TRANSIENT_STATUS.has(error.code) || (error.code === 500 && SLOW.test(apiMessage(error)));
  return BROKEN.has((innermost(error) as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** Admission (Pod Security, quotas) answers 403 too, about the object and not about who asks. */
const isAboutTheObject = (error: unknown, message: string): boolean =>
  error instanceof ApiException && !/ cannot \w+ resource /.test(message);

/** `fetch failed` explains nothing; its cause does. */
function innermost(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ApiException) return error;
  const first = error instanceof AggregateError ? error.errors[0] : undefined;
  const inner: unknown = error.cause ?? first;
  return inner instanceof Error ? innermost(inner) : error;
}

function isUnreachable(error: unknown): boolean {
  const reason = innermost(error);
  if (reason instanceof ApiException || !(reason instanceof Error)) return false;
  const { code, name } = reason as NodeJS.ErrnoException;
  return UNREACHABLE.test(code ?? '') || name === 'TimeoutError' || name === 'AbortError';
}

function parse(text: string): V1Status {
  try {
    return JSON.parse(text) as V1Status;
  } catch {
    return { message: text };
  }
}
