import type { Call, Entry, Operations, Service } from '@mesh-platform/mesh';

/** What every service can be asked: the path of the request so far. Each asks its callees in turn. */
export interface Question {
  readonly method: string;
  readonly path: string;
}

/** How a service is asked for the path: by what it speaks. What speaks neither HTTP nor gRPC, a database, is not asked. */
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

/** What a caller may ask, and how often, of what is admitted as that question; undefined where it is not. */
export const operationsFor = ({ operations }: Pick<Call | Entry, 'operations'>, { method, path }: Question): Operations | undefined =>
  operations.find(
    ({ methods, paths }) =>
      (methods.length === 0 || methods.includes(method)) && (paths.length === 0 || paths.some((pattern) => covers(pattern, path))),
  );

const covers = (pattern: string, path: string): boolean =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
