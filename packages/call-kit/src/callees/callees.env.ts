import { wholeNumber } from '@mesh-platform/service-kit';
import { z } from 'zod';

/** One service that is called by its name: which endpoints that means is the mesh's to know. */
export interface Callee {
  readonly name: string;
  readonly protocol: 'http' | 'grpc';
  /** `host:port` */
  readonly address: string;
}

const CALLEE = /^([a-z][-a-z0-9]{0,62})=(http|grpc):\/\/([a-z0-9.-]+:\d{1,5})$/;

/** The variables of the callees, for the environment schema of a service. */
export const calleesEnv = {
  /** `core=grpc://core:9090,web=http://web:8080`, in the order of the path; none where it is empty. */
  CALLEES: z
    .string()
    .refine(
      (text) => split(text).every((one) => CALLEE.test(one)),
      'must list callees like core=grpc://core:9090, with commas between them',
    )
    .transform((text) => split(text).map(toCallee))
    .default([]),
  /** Milliseconds that a call to one of them may take. */
  CALLEE_TIMEOUT_MS: wholeNumber(1, 60_000).default(2000),
};

const split = (text: string): string[] => text.split(',').filter(Boolean);

function toCallee(text: string): Callee {
  const [, name = '', protocol = '', address = ''] = CALLEE.exec(text) ?? [];
  return { name, protocol: protocol as Callee['protocol'], address };
}
