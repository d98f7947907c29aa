import { calleesEnv } from '@mesh-platform/call-kit';
import { type CommonEnv, commonEnv } from '@mesh-platform/service-kit';
import type { z } from 'zod';

/** What example reads from the environment. */
export const serviceEnv = commonEnv.extend(calleesEnv);

export type ServiceEnv = CommonEnv & Readonly<z.output<typeof serviceEnv>>;
