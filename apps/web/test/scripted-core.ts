import {
  loadPackageDefinition,
  type Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type DocumentsGrpcType, type PathGrpcType, PROTO_FILES, PROTO_LOADING } from '@mesh-platform/contracts/grpc';
import { type CoreAnswer, type CoreMethod, statusesOf } from '@mesh-platform/contracts/testing';

/** One call that arrived. */
export interface ReceivedCall {
  method: CoreMethod;
  request: unknown;
  metadata: Metadata;
  /** Milliseconds that the caller still waited when the call arrived. */
  deadlineMs: number;
}

type Answer = (call: ReceivedCall) => Promise<object> | object;
type Definition = MethodDefinition<object, object>;

/** The statuses that a proxy or the channel returns in place of core, to any call. */
const OF_THE_MESH = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'PERMISSION_DENIED', 'INTERNAL']);

/** An answer in the form of the contract as a script. */
export const scripted =
  (answer: CoreAnswer): Answer =>
  () => {
    if ('reply' in answer) return answer.reply;
    throw { code: status[answer.status as keyof typeof status], details: answer.details };
  };

/**
 * A gRPC server with core's contract that answers as a test scripts it; the script throws `{ code, details }` for a status.
 * `stop` throws where a script had an answer that core, as its own test of the contract shows, never gives.
 */
export async function startScriptedCore() {
  const types = loadPackageDefinition(loadSync(PROTO_FILES, PROTO_LOADING)) as unknown as DocumentsGrpcType & PathGrpcType;
  const script = { answer: (() => ({})) as Answer, calls: [] as ReceivedCall[] };
  const impossible = new Set<string>();
  const methods: CoreMethod[] = [];

  const handlerOf =
    (method: CoreMethod, definition: Definition) => async (call: ServerUnaryCall<object, object>, done: sendUnaryData<object>) => {
      const received = { method, request: call.request, metadata: call.metadata, deadlineMs: Number(call.getDeadline()) - Date.now() };
      script.calls.push(received);
      try {
        const reply = await script.answer(received);
        const known = definition.responseDeserialize(definition.responseSerialize(reply));
        for (const field of unknownFields(reply, known)) impossible.add(`core never answers ${field} to ${method}`);
        done(null, reply);
      } catch (error) {
        const name = status[(error as { code: status }).code];
        if (!OF_THE_MESH.has(name) && !statusesOf(method).has(name)) impossible.add(`core never answers ${name} to ${method}`);
        done(error as Error);
      }
    };

  const server = new Server();
  for (const [service, definitions] of Object.entries({
    Documents: types.documents.v1.Documents.service,
    Path: types.path.v1.Path.service,
  })) {
    const names = Object.keys(definitions).filter((name) => /^[A-Z]/.test(name));
    const handlers = names.map((name) => {
      const method = `${service}/${name}` as CoreMethod;
      methods.push(method);
      return [name, handlerOf(method, (definitions as unknown as Record<string, Definition>)[name] as Definition)];
    });
    server.addService(definitions as ServiceDefinition, Object.fromEntries(handlers));
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const stop = (): void => {
    server.forceShutdown();
    if (impossible.size > 0) throw new Error([...impossible].join('\n'));
  };
  return { script, methods: methods as readonly CoreMethod[], address: `127.0.0.1:${port}`, stop };
}

/** Paths of what a message does not have once it was on the wire. */
function unknownFields(sent: object, received: object, path = ''): string[] {
  return Object.entries(sent).flatMap(([name, value]) => {
    if (!(name in received)) return [`${path}${name}`];
    const arrived = received[name as keyof typeof received] as unknown;
    const isMessage = typeof value === 'object' && value !== null && typeof arrived === 'object' && arrived !== null;
    return isMessage ? unknownFields(value, arrived, `${path}${name}.`) : [];
  });
}
