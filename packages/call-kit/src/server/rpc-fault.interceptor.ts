import type { Metadata } from '@grpc/grpc-js';
import { Faults } from '@mesh-platform/service-kit';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { headersOf } from '../grpc-forms.js';

/** Lets injected faults strike calls. */
@Injectable()
export class RpcFaultInterceptor implements NestInterceptor {
  constructor(@Inject(Faults) private readonly faults: Faults) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const headers = headersOf(context.switchToRpc().getContext<Metadata>());
    const afterWork = await this.faults.beforeWork(headers);
    if (!afterWork) return next.handle();
    return next.handle().pipe(
      map(() => {
        throw this.faults.outage(afterWork, headers); // what was written stays written
      }),
    );
  }
}
