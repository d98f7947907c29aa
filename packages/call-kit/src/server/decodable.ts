import { status } from '@grpc/grpc-js';
import type { MethodDefinition, PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { RpcError } from './rpc-error.js';

/** The request of a call whose bytes are no message of its method. */
export const UNDECODABLE: unique symbol = Symbol('undecodable');

/**
 * Methods that receive UNDECODABLE where grpc-js would answer INTERNAL before any code of the service runs, so that a caller's error
 * is answered, logged and counted as one. Methods that take a stream stay as they are.
 */
export const withUndecodable = (definition: PackageDefinition): PackageDefinition =>
  mapValues(definition, (entry) => ('format' in entry ? entry : mapValues(entry as ServiceDefinition, ofMethod)));

const ofMethod = (method: MethodDefinition<object, object>): MethodDefinition<object, object> =>
  method.requestStream ? method : { ...method, requestDeserialize: decodedOr(method.requestDeserialize) };

const decodedOr =
  (deserialize: (bytes: Buffer) => object) =>
  (bytes: Buffer): object => {
    try {
      return deserialize(bytes);
    } catch {
      return UNDECODABLE as unknown as object;
    }
  };

const mapValues = <Value, Result>(values: Readonly<Record<string, Value>>, map: (value: Value) => Result): Record<string, Result> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));

/** Answers INVALID_ARGUMENT to a request whose bytes are no message of the method. */
@Injectable()
export class RpcDecodeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.switchToRpc().getData() !== UNDECODABLE) return next.handle();
    return throwError(() => new RpcError(status.INVALID_ARGUMENT, 'the request is not a message of this method'));
  }
}
