import {
  type CallOptions,
  credentials,
  loadPackageDefinition,
  type Metadata,
  type requestCallback,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { CHANNEL, metadataOf, tracedCalls } from '@mesh-platform/call-kit';
import { type DocumentsGrpcType, type PathGrpcType, PROTO_FILES, PROTO_LOADING } from '@mesh-platform/contracts/grpc';
import { deadlineMs, type IncomingHeaders, ProblemException, propagatedHeaders, TRACING, type Tracing } from '@mesh-platform/service-kit';
import { type DynamicModule, Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { WebEnv } from '../env.js';
import { answerFor } from './status-table.js';

/** Injects web's environment. */
export const WEB_ENV = Symbol('WEB_ENV');

/** The headers and deadline that a call takes from its request. */
export type UnaryCall<Reply> = (metadata: Metadata, options: CallOptions, done: requestCallback<Reply>) => unknown;

/** Both services of core over one channel. */
@Injectable()
export class CoreClient implements OnApplicationShutdown {
  readonly documents;
  readonly path;

  constructor(
    @Inject(WEB_ENV) private readonly env: WebEnv,
    @Inject(TRACING) tracing: Tracing,
  ) {
    const types = loadPackageDefinition(loadSync(PROTO_FILES, PROTO_LOADING)) as unknown as DocumentsGrpcType & PathGrpcType;
    const insecure = credentials.createInsecure(); // the sidecar encrypts
    const interceptors = [tracedCalls(tracing)];
    this.documents = new types.documents.v1.Documents(env.CORE_ADDRESS, insecure, { ...CHANNEL, interceptors });
    this.path = new types.path.v1.Path(env.CORE_ADDRESS, insecure, { channelOverride: this.documents.getChannel(), interceptors });
  }

  /** Makes one call for a request, with its headers and its deadline. @throws ProblemException by the status table */
  unary<Reply>(headers: IncomingHeaders, call: UnaryCall<Reply>): Promise<Reply> {
    const metadata = metadataOf(propagatedHeaders(headers));
    const deadline = Date.now() + deadlineMs(headers, this.env.CORE_TIMEOUT_MS);
    return new Promise((resolve, reject) => {
      call(metadata, { deadline }, (error, reply) => (reply ? resolve(reply) : reject(problemFor(error))));
    });
  }

  // After the last request was answered: a channel closed earlier would fail those in flight.
  onApplicationShutdown(): void {
    this.documents.close();
  }
}

function problemFor(error: ServiceError | null): Error {
  if (!error) return new Error('core answered neither a reply nor a status');
  const { http, detail = error.details, headers } = answerFor(error.code, error.details);
  return new ProblemException(http, detail, { cause: error, ...(headers && { headers }) });
}

@Global()
@Module({})
class CoreModule {}

/** The one channel to core, for every module of web. */
export function coreModule(env: WebEnv): DynamicModule {
  return { module: CoreModule, providers: [{ provide: WEB_ENV, useValue: env }, CoreClient], exports: [CoreClient] };
}
