import { calleesEnv } from '@mesh-platform/call-kit';
import { databaseEnv } from '@mesh-platform/postgres-kit';
import { type CommonEnv, commonEnv } from '@mesh-platform/service-kit';
import type { z } from 'zod';

/** What example reads from the environment. */
export const serviceEnv = commonEnv.extend({ ...calleesEnv, ...databaseEnv({ database: 'example', role: 'example' }) });

export type ServiceEnv = CommonEnv & Readonly<z.output<typeof serviceEnv>>;
