import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Hop } from '@mesh-platform/contracts';
import { type PathClient, type PathGrpcType, PROTO_FILES, PROTO_LOADING } from '@mesh-platform/contracts/grpc';
import type { Tracing } from '@mesh-platform/service-kit';
import { CHANNEL, tracedCalls } from '../client/channel.js';
import { hopsOf, metadataOf } from '../grpc-forms.js';
import { problemForCode, unusable } from './callee-problem.js';
import type { Callee } from './callees.env.js';
import type { CalleeClient } from './callees.js';

/** Asks a callee for its path over gRPC: `path.v1.Path/Get`. */
export class GrpcCallee implements CalleeClient {
  readonly #path: PathClient;

  constructor(
    readonly callee: Callee,
    tracing: Tracing,
  ) {
    const types = loadPackageDefinition(loadSync(PROTO_FILES, PROTO_LOADING)) as unknown as PathGrpcType;
    const insecure = credentials.createInsecure(); // the sidecar encrypts
    this.#path = new types.path.v1.Path(callee.address, insecure, { ...CHANNEL, interceptors: [tracedCalls(tracing)] });
  }

  hops(headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<Hop[]> {
    const { name } = this.callee;
    return new Promise((resolve, reject) => {
      this.#path.Get({}, metadataOf(headers), { deadline: Date.now() + timeoutMs }, (error, reply) => {
        if (reply) resolve(hopsOf(reply));
        else reject(error ? problemForCode(name, error.code, error) : unusable(name));
      });
    });
  }

  close(): void {
    this.#path.close();
  }
}
