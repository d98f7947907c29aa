import { type Metadata, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { LOGGER, type Logger, requestFields } from '@mesh-platform/service-kit';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { headersOf } from '../grpc-forms.js';
import { statusOf } from './rpc-error.js';

/** One line per call: its method, its status, its time, and which request and attempt it belongs to. */
@Injectable()
export class RpcLogInterceptor implements NestInterceptor {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const startedAt = performance.now();
    const [, metadata, call] = context.getArgs<[unknown, Metadata, ServerUnaryCall<unknown, unknown>]>();
    const log = (code: status): void => {
      const ms = Math.round((performance.now() - startedAt) * 10) / 10;
      const method = call.getPath().slice(1);
      this.logger.info({ ...requestFields(headersOf(metadata)), method, status: status[code], ms }, 'call');
    };
    return next.handle().pipe(tap({ next: () => log(status.OK), error: (error) => log(statusOf(error).code) }));
  }
}
