import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { TRACING, type Tracing } from './tracing.js';

/** Sends the spans of the last requests, once these are answered. */
@Injectable()
export class TracingStop implements OnApplicationShutdown {
  constructor(@Inject(TRACING) private readonly tracing: Tracing) {}

  async onApplicationShutdown(): Promise<void> {
    await this.tracing.close();
  }
}
