import { loadPackageDefinition, type Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type DocumentsGrpcType, type PathGrpcType, PROTO_FILES, PROTO_LOADING } from '@mesh-platform/contracts/grpc';

/** One call that arrived. */
export interface ReceivedCall {
  method: string;
  request: unknown;
  metadata: Metadata;
  /** Milliseconds that the caller still waited when the call arrived. */
  deadlineMs: number;
}

type Answer = (call: ReceivedCall) => Promise<object> | object;

/** A gRPC server with core's contract that answers what a test tells it; it throws `{ code, details }` for a status. */
export async function startScriptedCore() {
  const types = loadPackageDefinition(loadSync(PROTO_FILES, PROTO_LOADING)) as unknown as DocumentsGrpcType & PathGrpcType;
  const script = { answer: (() => ({})) as Answer, calls: [] as ReceivedCall[] };
  const handle = (method: string) => (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<object>) => {
    const received = { method, request: call.request, metadata: call.metadata, deadlineMs: Number(call.getDeadline()) - Date.now() };
    script.calls.push(received);
    Promise.resolve()
      .then(() => script.answer(received))
      .then(
        (reply) => done(null, reply),
        (error) => done(error),
      );
  };
  const server = new Server();
  const methods = ['Create', 'Get', 'List', 'Update', 'Delete'].map((method) => [method, handle(method)]);
  server.addService(types.documents.v1.Documents.service, Object.fromEntries(methods));
  server.addService(types.path.v1.Path.service, { Get: handle('Path') });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { script, address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}
