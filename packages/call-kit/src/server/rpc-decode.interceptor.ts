import { status } from '@grpc/grpc-js';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { UNDECODABLE } from './decodable.js';
import { RpcError } from './rpc-error.js';

/** Answers INVALID_ARGUMENT to a request whose bytes are no message of the method. */
@Injectable()
export class RpcDecodeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.switchToRpc().getData() !== UNDECODABLE) return next.handle();
    return throwError(() => new RpcError(status.INVALID_ARGUMENT, 'the request is not a message of this method'));
  }
}
