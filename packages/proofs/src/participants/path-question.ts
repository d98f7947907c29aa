import type { Call, Entry, Operations, Service } from '@mesh-platform/mesh';

/** A request for the path, which every service answers. Each service calls its callees in turn. */
export interface Question {
  readonly method: string;
  readonly path: string;
}

/** The request for the path by protocol. A service with another protocol, such as a database, has none. */
export const questions: Readonly<Record<'http' | 'grpc', Question>> = {
  http: { method: 'GET', path: '/path' },
  grpc: { method: 'POST', path: '/path.v1.Path/Get' },
};

/** A service of the platform's own. */
export interface Asked extends Service {
  readonly protocol: keyof typeof questions;
}

/** Whether a service can be asked for the path. */
export const isAsked = (service: Service | undefined): service is Asked => service !== undefined && service.protocol in questions;

/** The declared operations that admit the request; undefined where none does. */
export const operationsFor = ({ operations }: Pick<Call | Entry, 'operations'>, { method, path }: Question): Operations | undefined =>
  operations.find(
    ({ methods, paths }) =>
      (methods.length === 0 || methods.includes(method)) && (paths.length === 0 || paths.some((pattern) => covers(pattern, path))),
  );

const covers = (pattern: string, path: string): boolean =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
