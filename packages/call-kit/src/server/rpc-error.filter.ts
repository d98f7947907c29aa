import { status } from '@grpc/grpc-js';
import { LOGGER, type Logger, loggedOf, requestFields } from '@mesh-platform/service-kit';
import { type ArgumentsHost, Catch, Inject, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { headersOf } from '../metadata-headers.js';
import { statusOf } from './rpc-error.js';

/** Every error of every method becomes a gRPC status; the details of an INTERNAL go to the log. */
@Catch()
export class RpcErrorFilter implements RpcExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    const answer = statusOf(error);
    if (answer.code === status.INTERNAL) {
      const fields = requestFields(headersOf(host.switchToRpc().getContext()));
      this.logger.error({ ...fields, ...loggedOf(error) }, 'call failed');
    }
    return throwError(() => answer);
  }
}
