import { calleesEnv } from '@mesh-platform/call-kit';
import { type CommonEnv, commonEnv, wholeNumber } from '@mesh-platform/service-kit';
import type { z } from 'zod';

/** What example reads from the environment. */
export const serviceEnv = commonEnv.extend({ GRPC_PORT: wholeNumber(1, 65_535).default(9090), ...calleesEnv });

export type ServiceEnv = CommonEnv & Readonly<z.output<typeof serviceEnv>>;
