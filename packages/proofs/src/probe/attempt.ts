import { type Asked, questions } from '../participants/path-question.ts';

/** One thing that a probe tries from inside its pod. */
export interface Attempt {
  /**
   * `grpc`: a call without a message. `postgres`: the first bytes of a client, which any PostgreSQL answers with one byte.
   * `tls`: a handshake without a certificate, to see the other side's.
   */
  readonly kind: 'http' | 'grpc' | 'postgres' | 'tls';
  readonly host: string;
  readonly port: number;
  /** Of `http` and `grpc`. */
  readonly path?: string;
  /** Of `http`: GET where there is none. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of `http` and `grpc`: the answer's body follows its status; a message of gRPC as it is, a byte as a character. */
  readonly body?: boolean;
  /** Tries again until one of these results comes, for 40 s at most; gives the first result and the last. */
  readonly until?: readonly string[];
  /** The certificates, as PEM, of which one must have issued the other side's. Of `tls`, and of `grpc`, which is over TLS where they are given. */
  readonly issuers?: string;
}

/** A request for the path, sent to a service by its name; a query distinguishes it from others in the logs. */
export const pathAttempt = ({ name, protocol, port }: Asked, query = ''): Attempt => ({
  ...{ kind: protocol, host: name, port },
  path: `${questions[protocol].path}${query}`,
});
