import { PlatformError } from '@mesh-platform/kubernetes';
import type { Duration } from '../names.ts';
import { type Operations, type Protocol, type Retries, type UnseenCondition, unseenConditions } from './mesh.ts';
import type { CallSpec, MethodsSpec, RetriesSpec } from './spec.ts';

/** Any request that never reached a pod can be retried: up to two times, as Istio does by default. */
export const defaultRetries: Retries = { attempts: 2, on: ['connect-failure', 'refused-stream'] satisfies UnseenCondition[] };
export const noRetries: Retries = { attempts: 0, on: [] };

const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'] as const;
/** https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const IDEMPOTENT = new Set<string>(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);
const HTTP_KEY = /^([A-Z]+(?:,[A-Z]+)*) (\/[^\s,]*(?:,\/[^\s,]*)*)$/;
const GRPC_KEY = /^([A-Za-z_][\w.]*)\/([A-Za-z_]\w*(?:,[A-Za-z_]\w*)*|\*)$/;

/** The operations of a call to a callee that speaks `protocol`; `where` names the call in errors. */
export function operationsOf(where: string, protocol: Protocol, call: CallSpec): readonly Operations[] {
  if (protocol === 'tcp') return [];
  const timeout = call.timeout as Duration;
  const entries = Object.entries(call.methods ?? {});
  if (entries.length === 0) {
    const retries = retriesOf(call.retries);
    requireSafe(where, retries);
    return [{ name: 'all', methods: [], paths: [], idempotent: false, timeout, retries }];
  }
  const all = entries.map(([key, spec]) => ({ key, operations: oneOperation(`${where}, methods '${key}'`, protocol, key, spec, call) }));
  return uniquelyNamed(all.map(({ operations }) => operations));
}

function oneOperation(where: string, protocol: Protocol, key: string, spec: MethodsSpec, call: CallSpec): Operations {
  const { methods, paths, name } = protocol === 'grpc' ? grpcKey(where, key) : httpKey(where, key);
  const idempotent = spec.idempotent ?? (protocol === 'http' && methods.every((method) => IDEMPOTENT.has(method)));
  const retries = retriesOf(spec.retries ?? call.retries);
  if (!idempotent) requireSafe(where, retries);
  return { name, methods, paths, idempotent, timeout: (spec.timeout ?? call.timeout) as Duration, retries };
}

/** Whether sending a request again does no harm, whatever the request does. */
export const isSafeForAll = ({ on }: Pick<Retries, 'on'>): boolean => unsafeConditions(on).length === 0;

const unsafeConditions = (on: Retries['on']) => on.filter((condition) => !(unseenConditions as readonly string[]).includes(condition));

function requireSafe(where: string, retries: Retries): void {
  if (isSafeForAll(retries)) return;
  throw new PlatformError(
    `${where}: it is retried on ${unsafeConditions(retries.on).join(', ')}, after the callee may have executed it, although it is not idempotent`,
    `name its methods and set idempotent: true where retries are safe, or retry only on ${unseenConditions.join(', ')}`,
  );
}

function httpKey(where: string, key: string): { methods: string[]; paths: string[]; name: string } {
  const [, verbs, list] = HTTP_KEY.exec(key) ?? [];
  const methods = verbs?.split(',') ?? [];
  const paths = list?.split(',') ?? [];
  const unknown = methods.find((method) => !(HTTP_METHODS as readonly string[]).includes(method));
  if (paths.length === 0 || unknown !== undefined || paths.some((path) => path.slice(0, -1).includes('*')))
    throw new PlatformError(
      `${where} is not understood`,
      "write HTTP methods and paths, such as 'GET,PUT /documents/*'; a star stands at the end of a path",
    );
  return { methods, paths, name: paths.map(nameOfPath).join('-') };
}

function grpcKey(where: string, key: string): { methods: string[]; paths: string[]; name: string } {
  const [, service, names] = GRPC_KEY.exec(key) ?? [];
  if (!service || !names)
    throw new PlatformError(
      `${where} is not understood`,
      "write a gRPC service and its methods, such as 'documents.v1.Documents/Get,List'",
    );
  const paths = names.split(',').map((name) => `/${service}/${name}`);
  return { methods: ['POST'], paths, name: names === '*' ? nameOfPath(`/${service}`) : names.toLowerCase().replaceAll(',', '-') };
}

/** `/documents/*` is `documents-any`; `/` is `root`. */
const nameOfPath = (path: string): string =>
  path
    .replace(/\*$/, '/any')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'root';

/** A number distinguishes operations of the same path: names of routes are unique. */
function uniquelyNamed(operations: readonly Operations[]): readonly Operations[] {
  const seen = new Map<string, number>();
  return operations.map((operation) => {
    const count = (seen.get(operation.name) ?? 0) + 1;
    seen.set(operation.name, count);
    return count === 1 ? operation : { ...operation, name: `${operation.name}-${count}` };
  });
}

function retriesOf(spec: RetriesSpec | undefined): Retries {
  if (!spec) return defaultRetries;
  if (spec.attempts === 0) return noRetries;
  return { attempts: spec.attempts, ...(spec.perTry ? { perTry: spec.perTry } : {}), on: spec.on ?? defaultRetries.on };
}
