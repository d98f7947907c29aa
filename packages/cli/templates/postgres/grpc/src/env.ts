import { calleesEnv } from '@mesh-platform/call-kit';
import { databaseEnv } from '@mesh-platform/postgres-kit';
import { type CommonEnv, commonEnv, wholeNumber } from '@mesh-platform/service-kit';
import type { z } from 'zod';

/** What example reads from the environment. */
export const serviceEnv = commonEnv.extend({
  GRPC_PORT: wholeNumber(1, 65_535).default(9090),
  ...calleesEnv,
  ...databaseEnv({ database: 'example', role: 'example' }),
});

export type ServiceEnv = CommonEnv & Readonly<z.output<typeof serviceEnv>>;
