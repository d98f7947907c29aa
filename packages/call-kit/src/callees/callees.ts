import type { Hop } from '@mesh-platform/contracts';
import {
  deadlineMs,
  IDENTITY,
  type IncomingHeaders,
  propagatedHeaders,
  type ServiceIdentity,
  TRACING,
  type Tracing,
} from '@mesh-platform/service-kit';
import { type DynamicModule, Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Callee } from './callees.env.js';
import { GrpcCallee } from './grpc-callee.js';
import { HttpCallee } from './http-callee.js';

/** Injects the variables of the callees. */
export const CALLEES_ENV = Symbol('CALLEES_ENV');

export interface CalleesSettings {
  readonly CALLEES: readonly Callee[];
  readonly CALLEE_TIMEOUT_MS: number;
}

/** A callee that can be asked for its path. */
export interface CalleeClient {
  readonly callee: Callee;
  /** @throws ProblemException 502, 503, 504 */
  hops(headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<Hop[]>;
  close(): void;
}

/** The services that this question for the path came through: where calls go around, it ends at the first of them. */
const THROUGH = 'x-path-through';

/** Every callee of a service. It never tries twice: retrying is the mesh's work. */
@Injectable()
export class Callees implements OnApplicationShutdown {
  readonly #clients: readonly CalleeClient[];

  constructor(
    @Inject(CALLEES_ENV) private readonly settings: CalleesSettings,
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
    @Inject(TRACING) tracing: Tracing,
  ) {
    this.#clients = settings.CALLEES.map((callee) => new (callee.protocol === 'grpc' ? GrpcCallee : HttpCallee)(callee, tracing));
  }

  /** The hops behind this service, of each callee in turn and of those behind it. @throws ProblemException 502, 503, 504 */
  async hops(headers: IncomingHeaders): Promise<Hop[]> {
    const through = [...servicesIn(headers[THROUGH]), this.identity.service];
    const asked = this.#clients.filter(({ callee }) => !through.includes(callee.name));
    const handedOn = { ...propagatedHeaders(headers), [THROUGH]: through.join(',') };
    const timeoutMs = deadlineMs(headers, this.settings.CALLEE_TIMEOUT_MS);
    return (await Promise.all(asked.map((client) => client.hops(handedOn, timeoutMs)))).flat();
  }

  // After the last request was answered: a channel closed earlier would fail those in flight.
  onApplicationShutdown(): void {
    for (const client of this.#clients) client.close();
  }
}

const servicesIn = (header: string | string[] | undefined): string[] => [header ?? []].flat().join(',').split(',').filter(Boolean);

@Global()
@Module({})
class CalleesModule {}

/** The callees, for every module of a service. */
export const calleesModule = (settings: CalleesSettings): DynamicModule => ({
  module: CalleesModule,
  providers: [{ provide: CALLEES_ENV, useValue: settings }, Callees],
  exports: [Callees],
});
